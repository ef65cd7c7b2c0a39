"""Switches of the local Metrica; reached as ``faults.of(MetricaFaults)``."""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class MetricaFaults:
    """What goes wrong, and when; a fresh one is an honest service."""

    polls_before_ready: int = 1  # a request stays in the queue for so many looks at it
    part_rows: int = 50_000
    max_days: int = 366  # a longer span is not possible, says evaluate
    quota_bytes: int = 10 * 2**30  # kept for one counter, prepared and not cleaned
    # what becomes of the next requests instead of "processed", one each
    endings: deque[str] = field(default_factory=deque)
    timezone: str = "Europe/Moscow"  # the counter's
    broken_lines: dict[int, str] = field(default_factory=dict)  # line of a part -> its text
    other_columns: bool = False  # the header has one column more
    repeat_first_row: bool = False  # every part but the first begins with a row of the one before
    refuse_clean: bool = False
    errors: deque[tuple[int, str]] = field(default_factory=deque)  # (status, error_type)
