"""Switches of the local UIS; reached as ``faults.of(UisFaults)``."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.simulation.calls import Journal


@dataclass
class UisFaults:
    """What goes wrong, and when; a fresh one is an honest service."""

    # (code, mnemonic) of the next answers, one each
    errors: deque[tuple[int, str]] = field(default_factory=deque)
    ignore_token: bool = False
    timezone: str | None = "Europe/Moscow"  # what get.account says
    span_limit_days: int = 92  # a longer span is refused with date_interval_limit_reached
    disabled_methods: frozenset[str] = frozenset()  # components that were not bought
    disabled_fields: frozenset[str] = frozenset()
    day_remaining: int = 2000
    minute_remaining: int = 100
    minute_reset: int = 30  # seconds
    repeat_last_of_page: bool = False  # every page begins with the last row of the one before
    # called before every page but the first: the report moves while it is read
    between_pages: Callable[[Journal], None] | None = None
    garbled: dict[int, dict[str, object]] = field(default_factory=dict)  # id -> replaced fields
    no_total: bool = False
    echo_token: bool = False  # errors quote the token
