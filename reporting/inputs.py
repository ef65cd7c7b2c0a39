"""What the report is told by its caller, because marts do not know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FeedState = Literal["ok", "stale", "off"]


@dataclass(frozen=True)
class FeedStatus:
    """One source of data; ``rows`` and ``last_loaded_at`` (UTC) are None where never loaded."""

    name: str
    title: str
    status: FeedState
    last_loaded_at: datetime | None = None
    rows: int | None = None


@dataclass(frozen=True)
class RuleText:
    """A rule of discipline in the language of the page."""

    title: str
    fix: str
