"""What every source has in ``config/company.toml``: whether it is on, and how it calls."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A table of the file: a key that nobody knows is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSection(Section):
    """What can be said of any source; each adds its own in ``sources/<name>/config.py``."""

    enabled: bool = False


class HttpSection(SourceSection):
    """A source that calls a service: its address, pace and patience."""

    # A load that brings a smaller share of what the same days or lists held before stops before it
    # replaces anything; 0 switches the guard off.
    minimum_volume_share: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)
    base_url: str
    requests_per_second: float = Field(gt=0)
    timeout_seconds: float = Field(default=30, gt=0)
    max_attempts: int = Field(default=6, ge=1, le=20)
    # A service slower than this is left for the next run, so that the others are not held up.
    time_limit_minutes: int = Field(default=120, ge=1)
