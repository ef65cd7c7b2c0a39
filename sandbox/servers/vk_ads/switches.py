"""What can be made to go wrong with the local VK Ads; reached as ``faults.of(VkSwitches)``."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Restatement:
    """How VK changes its mind about a day: cheaper, and some campaigns' rows gone."""

    factor: Decimal = Decimal("0.9")
    gone: frozenset[int] = frozenset()  # ids of campaigns that lose the day


@dataclass
class VkSwitches:
    """A fresh one is an honest service with the documented limits."""

    # tokens
    token_seconds: int = 86_400
    expires_in_as_number: bool = False  # the documentation shows both
    refresh_rotates: bool = False  # an option that VK's support switches on
    loses_refresh_tokens: bool = False  # every refresh is answered with 401
    # lists
    page_limit: int = 50  # a larger limit is an error
    page_cap: int | None = None  # pages are cut to so many rows whatever limit was asked
    repeats_rows: bool = False  # each page begins with the last row of the one before
    # statistics
    ids_limit: int = 200
    span_limit_days: int = 366
    history_days: int | None = None  # older days are refused
    leaves_zero_days_out: bool = False
    restated: dict[date, Restatement] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)  # keys of base that come as this
    # calls
    calls_per_second: int | None = None
    calls_per_hour: int | None = None
    errors: deque[tuple[int, str]] = field(default_factory=deque)  # (status, code) of the next ones
