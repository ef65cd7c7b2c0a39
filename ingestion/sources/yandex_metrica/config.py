"""``[sources.yandex_metrica]`` of ``config/company.toml``."""

from pydantic import Field, field_validator

from ingestion.sections import HttpSection


class YandexMetricaSection(HttpSection):
    """Yandex Metrica counters; see README.md beside this file."""

    base_url: str = "https://api-metrika.yandex.net"
    requests_per_second: float = Field(default=2, gt=0, le=10)
    timeout_seconds: float = Field(default=120, gt=0)
    counters: tuple[str, ...] = ()
    history_months: int = Field(default=12, ge=0, le=60)
    # 99 % of visits end within three days of their beginning
    lookback_days: int = Field(default=3, ge=3, le=90)
    # one request for logs; the service takes a year at most, and less where there are many visits
    days_per_round: int = Field(default=31, ge=1, le=365)
    poll_seconds: float = Field(default=20, ge=1, le=600)

    @field_validator("counters", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        # numbers, so that nobody has to know that quotes are wanted
        return [str(item) for item in value] if isinstance(value, list | tuple) else value

    @field_validator("counters")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            if not (item.isascii() and item.isdecimal()):
                raise ValueError(f'"{item}" is not the number of a counter, e.g. 12345678')
        return value
