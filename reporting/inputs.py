"""What the report is told by its caller, because marts do not know it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

FeedState = Literal["ok", "stale", "off"]


@dataclass(frozen=True)
class FeedProblem:
    """A part of a source that could not be loaded whole; ``subject`` is a file, say.

    ``amount`` is in the company's currency, None where there is none to name.
    """

    kind: str
    subject: str
    amount: Decimal | None = None
    rows: int = 0


@dataclass(frozen=True)
class FeedStatus:
    """One source of data; ``rows`` and ``last_loaded_at`` (UTC) are None where never loaded.

    ``age`` is how long ago that was when the page was made. ``brings`` says what kinds of numbers
    rest on it: deals, money, spend.
    """

    name: str
    title: str
    status: FeedState
    last_loaded_at: datetime | None = None
    rows: int | None = None
    problems: tuple[FeedProblem, ...] = ()
    brings: frozenset[str] = frozenset()
    age: timedelta | None = None


@dataclass(frozen=True)
class RuleText:
    """A rule of discipline in the language of the page."""

    title: str
    fix: str
