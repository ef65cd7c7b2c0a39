"""``[sources.calltouch]`` of ``config/company.toml``."""

from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from ingestion.sections import HttpSection


class CalltouchSection(HttpSection):
    """Calltouch account; see README.md beside this file."""

    base_url: str = "https://api.calltouch.ru"
    requests_per_second: float = Field(default=2, gt=0, le=10)
    timeout_seconds: float = Field(default=120, gt=0)
    site_ids: tuple[str, ...] = ()
    # calls carry local times without an offset: the zone set in the personal account
    timezone: str = "Europe/Moscow"
    history_months: int = Field(default=12, ge=0, le=60)
    lookback_days: int = Field(default=7, ge=3, le=90)
    days_per_round: int = Field(default=31, ge=1, le=90)
    # requests come in one array without pages: a busy site should ask for a day at a time
    request_days: int = Field(default=1, ge=1, le=31)

    @field_validator("site_ids", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        # numbers, so that nobody has to know that quotes are wanted
        return [str(item) for item in value] if isinstance(value, list | tuple) else value

    @field_validator("site_ids")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            if not (item.isascii() and item.isdecimal()):
                raise ValueError(f'"{item}" is not the number of a site, e.g. 12345')
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError) as error:
            raise ValueError(f'"{value}" is not an IANA zone, e.g. Europe/Moscow') from error
