"""A served small company, a clock that runs by itself, and loads into a real DuckDB file."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.http import Clock
from ingestion.pipeline import make_pipeline
from ingestion.settings import Settings, check_company_config
from ingestion.sources.yandex_direct import build
from sandbox.running import Services
from tests.sandbox.small import LOGIN

AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)


class SwiftClock(Clock):
    """Time passes only by sleeping; ``slept`` lists the sleeps of at least a second."""

    def __init__(self) -> None:
        self._now = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
        if seconds >= 1:
            self.slept.append(seconds)


def settings_for(
    services: Services, folder: Path, *logins: str, as_of: datetime = AS_OF, **section: object
) -> Settings:
    direct = {
        "enabled": True,
        "base_url": services.direct_url,
        "logins": logins or (LOGIN,),
        "history_months": 1,
        **section,
    }
    config = check_company_config(
        {
            # far from Moscow on purpose: Direct's days are Moscow's all the same
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Vladivostok"},
            "sources": {"yandex_direct": direct},
        }
    )
    return Settings(
        data_dir=folder, config_path=folder / "company.toml", company_config=config, as_of=as_of
    )


def load(settings: Settings, clock: Clock | None = None, as_of: datetime | None = None) -> None:
    if as_of is not None:
        settings = replace(settings, as_of=as_of)
    pipeline = make_pipeline("yandex_direct", settings)
    try:
        pipeline.run(build(settings, clock or SwiftClock()))
    finally:
        pipeline.drop()  # as the scheduler does: cursors come back from the warehouse


def query(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set schema 'raw_yandex_direct'")
        return con.execute(sql).fetchall()


SPEND = """
    select spend_on::text, campaign_id, cost_micros from campaign_daily
    where not is_empty_day order by all
"""
TRUTH = [
    ("2026-10-27", 700001, 1_220_000_000),
    ("2026-10-27", 700002, 2_440_610_000),
    ("2026-10-28", 700001, 1_100_100_000),
    ("2026-10-28", 700002, 0),
    ("2026-10-30", 700001, 1_159_000_000),
    ("2026-10-30", 700002, 2_000_000_000),
]
