"""``[sources.yandex_direct]`` of ``config/company.toml``."""

from pydantic import Field

from ingestion.sections import HttpSection


class YandexDirectSection(HttpSection):
    """Yandex Direct cabinets; see README.md beside this file."""

    base_url: str = "https://api.direct.yandex.com"
    requests_per_second: float = Field(default=2, gt=0, le=2)
    timeout_seconds: float = Field(default=120, gt=0)  # an online report takes Direct's own limit
    logins: tuple[str, ...] = ()
    history_months: int = Field(default=12, ge=1, le=36)
    lookback_days: int = Field(default=7, ge=3, le=90)
