"""What goes wrong at the local T-Bank, and when; a test flips these while it runs."""

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.simulation.bank_api import Operation


@dataclass
class TbankFaults:
    """A fresh one is an honest bank."""

    errors: deque[int] = field(default_factory=deque)  # statuses of the next answers, T-API's form
    bodies: deque[bytes] = field(default_factory=deque)  # the next answers, word for word
    page_cap: int | None = None  # pages are cut to so many rows whatever limit was asked
    repeats_cursor: bool = False  # the last page leads to itself, as in the bank's own sandbox
    overlaps_pages: bool = False  # the last row of a page comes again on the next one
    has_balances: bool = True
    closing_shift: Decimal = Decimal(0)  # what the closing balance is wrong by
    dropped: set[str] = field(default_factory=set)  # ids that the bank has taken back
    rewritten: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> other fields
    renamed: bool = False  # operations of the night get other ids
    added: list[Operation] = field(default_factory=list)
