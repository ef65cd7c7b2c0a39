"""A served counter with hand-made visits, and loads of it into a real DuckDB file."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.http import Clock
from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources import yandex_metrica
from sandbox.running import Services
from sandbox.servers.yandex_metrica.faults import MetricaFaults
from sandbox.servers.yandex_metrica.logs import Logs
from sandbox.simulation.visits import COUNTER, Visit
from tests.ingestion.scripted import FakeClock
from tests.sandbox.small_ids import moment

# as the small company's clock shows it: eleven in the evening in Moscow
AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
LARGE = 2**64 - 1  # what BIGINT does not hold


def visit(number: int, at: str, **more: object) -> Visit:
    """A visit at a Moscow moment by a click on an ad."""
    made = Visit(number, str(LARGE - 7), moment(at), "ad", direct_order=700001)
    made.marks = {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": "700001"}
    made.start_url = "https://small.example/?utm_source=yandex&yclid=123456789012345678"
    for name, value in more.items():
        setattr(made, name, value)
    return made


def small_visits() -> list[Visit]:
    """Four visits on the 25th to the 30th, and one today, which the service does not give yet."""
    return [
        visit(LARGE, "2026-10-25 10:00", goals=[3100001, 3100002]),
        visit(102, "2026-10-25 23:59:59", source="organic", direct_order=0, marks={}),
        visit(103, "2026-10-29 00:00"),
        visit(104, "2026-10-30 18:30", referer="https://yandex.ru/\t'ё'\\", start_url="a\nb"),
        visit(105, "2026-10-31 09:00"),
    ]


def settings_for(
    services: Services, folder: Path, as_of: datetime = AS_OF, **section: object
) -> Settings:
    config = check_company_config(
        {
            # far from Moscow on purpose: the counter's zone decides, not the company's
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Vladivostok"},
            "sources": {
                "yandex_metrica": {
                    "enabled": True,
                    "base_url": services.url("yandex_metrica"),
                    "counters": [COUNTER],
                    "history_months": 0,
                    **section,
                }
            },
        }
    )
    return Settings(
        data_dir=folder, config_path=folder / "company.toml", company_config=config, as_of=as_of
    )


def load(settings: Settings, as_of: datetime | None = None, clock: Clock | None = None) -> Loaded:
    """Load every counter to its end, with a clock that nobody waits for."""
    if as_of is not None:
        settings = replace(settings, as_of=as_of)
    return load_source(
        yandex_metrica.SOURCE,
        settings,
        build=lambda given: yandex_metrica.build(given, clock or FakeClock()),
    )


def query(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'; set schema 'raw_yandex_metrica'")
        return con.execute(sql).fetchall()


def switches(services: Services) -> MetricaFaults:
    return services.faults.of(MetricaFaults)


def logs(services: Services) -> Logs:
    """What the service holds: visits, requests for logs, its clock."""
    found: Logs = services.app("yandex_metrica").state.counter.logs
    return found


VISITS = "select visit_id from visits where not is_empty_day order by visited_at"
DAYS = "select count(distinct visited_on), min(visited_on), max(visited_on) from visits"
EVERYTHING = "select * exclude (requested_at) from visits order by all"
