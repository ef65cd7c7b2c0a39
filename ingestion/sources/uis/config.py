"""``[sources.uis]`` of ``config/company.toml``."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from ingestion.sections import HttpSection

Report = Literal["calls", "offline_messages", "chats"]


class UisSection(HttpSection):
    """UIS or CoMagic account; see README.md beside this file."""

    base_url: str = "https://dataapi.uiscom.ru"  # CoMagic: https://dataapi.comagic.ru
    requests_per_second: float = Field(default=2, gt=0, le=10)
    timeout_seconds: float = Field(default=120, gt=0)
    # an account that has not bought a component cannot ask for its report
    reports: tuple[Report, ...] = ("calls", "offline_messages", "chats")
    timezone: str = ""  # of the report's times; empty: as the account says
    history_months: int = Field(default=12, ge=0, le=60)
    lookback_days: int = Field(default=7, ge=3, le=90)
    # the service refuses a span of more than three months (date_interval_limit_reached)
    days_per_round: int = Field(default=31, ge=1, le=89)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return value and ZoneInfo(value).key
        except (KeyError, ValueError) as error:
            raise ValueError(f'"{value}" is not an IANA zone, e.g. Europe/Moscow') from error
