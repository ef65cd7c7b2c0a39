"""A served small company, a clock that runs by itself, and loads into a real DuckDB file."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from ingestion.http import Clock, Throttle
from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.yandex_direct import SOURCE, build
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.owners import Cabinet
from ingestion.sources.yandex_direct.reports import CAMPAIGN_DAILY, ReportKind, fetch_report
from sandbox.running import Services
from tests.sandbox.small import LOGIN

AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
DAYS = (date(2026, 10, 27), date(2026, 10, 28))
FIXTURES = Path(__file__).parents[2] / "fixtures" / "yandex_direct"


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


def make_client(
    url: str, clock: Clock, cabinet: Cabinet | None = None, minutes: float = 120
) -> DirectClient:
    section = YandexDirectSection(base_url=url)
    throttle = Throttle(section.requests_per_second, clock)
    deadline = clock.now() + minutes * 60
    return DirectClient(section, cabinet or Cabinet(LOGIN), throttle, clock, deadline)


def fetch(
    client: DirectClient,
    first: date = DAYS[0],
    last: date = DAYS[1],
    kind: ReportKind = CAMPAIGN_DAILY,
    run_id: str = "run1",
) -> bytes:
    return fetch_report(client, kind, run_id, first, last)


def recorded(name: str) -> tuple[dict[str, Any], str]:
    """(request, text of the answer) of a recorded exchange."""
    cassette = yaml.safe_load((FIXTURES / f"axisrow_{name}_cassette.yaml").read_text("utf-8"))
    (exchange,) = cassette["interactions"]
    return json.loads(exchange["request"]["body"]), exchange["response"]["body"]["string"]


def settings_for(
    services: Services,
    folder: Path,
    *logins: str,
    as_of: datetime = AS_OF,
    accept_less: bool = False,
    is_named: bool = True,
    **section: object,
) -> Settings:
    direct = {
        "enabled": True,
        "base_url": services.direct_url,
        "logins": logins or ((LOGIN,) if is_named else ()),
        "history_months": 1,
        # these would look back over the whole of the small company's history
        "weekly_lookback_days": 7,
        "monthly_lookback_days": 7,
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
        data_dir=folder,
        config_path=folder / "company.toml",
        company_config=config,
        as_of=as_of,
        accept_less=frozenset({"yandex_direct"} if accept_less else ()),
    )


def load(settings: Settings, clock: Clock | None = None, as_of: datetime | None = None) -> Loaded:
    if as_of is not None:
        settings = replace(settings, as_of=as_of)
    swift = clock or SwiftClock()
    return load_source(SOURCE, settings, build=lambda settings: build(settings, swift))


def cause(error: BaseException | None, kind: type[BaseException]) -> BaseException:
    """The expected error inside what dlt wraps around it."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    assert error is not None
    return error


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
