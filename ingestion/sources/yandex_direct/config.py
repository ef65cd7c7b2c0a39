"""``[sources.yandex_direct]`` of ``config/company.toml``."""

import re
from collections import Counter

from pydantic import Field, field_validator, model_validator

from ingestion.sections import HttpSection, Section

_LOGIN = re.compile(r"[A-Za-z0-9._@-]+")


def _login(value: str) -> str:
    if not _LOGIN.fullmatch(value):
        raise ValueError(f'"{value}" is not a login of Direct; expected e.g. "my-company"')
    return value


class CabinetSection(Section):
    """One ``[[sources.yandex_direct.cabinets]]``: an advertiser, or an agency with its clients."""

    login: str
    name: str = ""  # what people call it
    agency: bool = False  # the login is an agency's: the cabinets are its clients'

    @field_validator("login")
    @classmethod
    def _is_login(cls, value: str) -> str:
        return _login(value)


class YandexDirectSection(HttpSection):
    """Yandex Direct cabinets; see README.md beside this file."""

    base_url: str = "https://api.direct.yandex.com"
    requests_per_second: float = Field(default=2, gt=0, le=2)
    timeout_seconds: float = Field(default=120, gt=0)  # an online report takes Direct's own limit
    max_attempts: int = Field(default=5, ge=1, le=20)
    logins: tuple[str, ...] = ()  # the short way to name cabinets
    cabinets: tuple[CabinetSection, ...] = ()
    history_months: int = Field(default=12, ge=1, le=36)
    # How far back a run asks again although nothing is known to have changed: every run, once in
    # seven days, once in thirty.
    lookback_days: int = Field(default=7, ge=3, le=90)
    weekly_lookback_days: int = Field(default=30, ge=3, le=365)
    monthly_lookback_days: int = Field(default=90, ge=3, le=365)

    @field_validator("logins")
    @classmethod
    def _are_logins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_login(value) for value in values)

    @model_validator(mode="after")
    def _each_once(self) -> "YandexDirectSection":
        counts = Counter([*self.logins, *(cabinet.login for cabinet in self.cabinets)])
        twice = sorted(login for login, count in counts.items() if count > 1)
        if twice:
            raise ValueError(f"cabinet {twice[0]} is named twice; leave one of the two")
        return self
