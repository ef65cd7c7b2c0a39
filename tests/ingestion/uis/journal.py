"""A served company with a hand-made journal, and loads of it into a real DuckDB file."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.http import Clock
from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources import uis
from sandbox.running import Services
from sandbox.servers.uis.faults import UisFaults
from sandbox.simulation.arrivals import Session
from sandbox.simulation.calls import Contact
from tests.ingestion.scripted import FakeClock
from tests.sandbox.small_ids import moment

AS_OF = datetime(2026, 10, 31, 9, 0, tzinfo=UTC)  # noon in Moscow
CLICK = {
    "utm_source": "yandex",
    "utm_medium": "cpc",
    "utm_campaign": "700001",
    "yclid": "123456789012345678",
}
SESSION = Session("9876543210123456789", "advert", CLICK, referrer="https://yandex.ru/")


def call(number: int, at: str, phone: str = "+7 900 000-00-01", talk: int = 60) -> Contact:
    """An incoming call at a Moscow moment; ``talk`` 0 is a lost one."""
    return Contact(number, "call", moment(at), phone, "missed", wait=9, talk=talk, session=SESSION)


def small_journal() -> list[Contact]:
    """Three calls on the 29th, one in the first minute of the 30th, one today; a form, a chat."""
    return [
        call(101, "2026-10-29 10:00"),
        call(102, "2026-10-29 10:00", "89000000002"),  # the same second
        replace(call(103, "2026-10-29 18:30", "7 900 000 00 03", talk=0), session=None),
        replace(call(104, "2026-10-30 00:00:30"), direction="out"),
        call(105, "2026-10-31 11:59"),
        Contact(201, "form", moment("2026-10-29 12:00"), "8 900 000 00 04", "missed",
                session=SESSION, subject="Заявка с сайта", email="a@client.example", name="Анна"),
        Contact(301, "chat", moment("2026-10-28 12:00"), "", "missed", session=SESSION,
                subject="telegram", wait=30, talk=120),
    ]  # fmt: skip


def settings_for(
    services: Services, folder: Path, as_of: datetime = AS_OF, **section: object
) -> Settings:
    config = check_company_config(
        {
            # far from Moscow on purpose: the account's zone decides, not the company's
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Vladivostok"},
            "sources": {
                "uis": {
                    "enabled": True,
                    "base_url": services.url("uis"),
                    "history_months": 0,
                    **section,
                }
            },
        }
    )
    return Settings(
        data_dir=folder, config_path=folder / "company.toml", company_config=config, as_of=as_of
    )


def load(
    settings: Settings, as_of: datetime | None = None, page: int = 2, clock: Clock | None = None
) -> Loaded:
    """Load every report to its end, with a clock that nobody waits for."""
    if as_of is not None:
        settings = replace(settings, as_of=as_of)
    return load_source(
        uis.SOURCE, settings, build=lambda given: uis.build(given, clock or FakeClock(), page)
    )


def query(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'; set schema 'raw_uis'")
        return con.execute(sql).fetchall()


def switches(services: Services) -> UisFaults:
    return services.faults.of(UisFaults)


def contacts(services: Services) -> list[Contact]:
    """The journal behind the service, to be changed by a test."""
    found: list[Contact] = services.app("uis").state.account.journal.uis
    return found


CALLS = "select call_id from calls where not is_empty_day order by call_id"
DAYS = "select count(distinct called_on), min(called_on), max(called_on) from calls"
EVERYTHING = "select * exclude (requested_at, _dlt_id, _dlt_load_id) from {} order by all"
