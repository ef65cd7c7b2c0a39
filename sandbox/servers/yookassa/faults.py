"""What goes wrong at the local YooKassa, and when; a test flips these while it runs."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any


@dataclass
class YookassaFaults:
    """A fresh one is an honest service."""

    errors: deque[int] = field(default_factory=deque)  # statuses of the next answers
    bodies: deque[bytes] = field(default_factory=deque)  # the next answers, word for word
    repeats_cursor: bool = False  # the last page leads to itself
    overlaps_pages: bool = False  # the last row of a page comes again on the next one
    dropped: set[str] = field(default_factory=set)  # ids that lists leave out
    rewritten: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> other fields
