"""A served company with a hand-made journal, and loads of it into a real DuckDB file."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.http import Clock
from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources import calltouch
from sandbox.running import Services
from sandbox.servers.calltouch.app import SITE_ID
from sandbox.servers.calltouch.faults import CalltouchFaults
from sandbox.simulation.calls import Contact
from tests.ingestion.scripted import FakeClock
from tests.ingestion.uis.journal import AS_OF


def settings_for(
    services: Services, folder: Path, as_of: datetime = AS_OF, **section: object
) -> Settings:
    config = check_company_config(
        {
            # far from Moscow on purpose: the account's zone decides, not the company's
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Vladivostok"},
            "sources": {
                "calltouch": {
                    "enabled": True,
                    "base_url": services.url("calltouch"),
                    "site_ids": [SITE_ID],
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
    """Load both tables to their end, with a clock that nobody waits for."""
    if as_of is not None:
        settings = replace(settings, as_of=as_of)
    return load_source(
        calltouch.SOURCE,
        settings,
        build=lambda given: calltouch.build(given, clock or FakeClock(), page),
    )


def query(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'; set schema 'raw_calltouch'")
        return con.execute(sql).fetchall()


def switches(services: Services) -> CalltouchFaults:
    return services.faults.of(CalltouchFaults)


def contacts(services: Services) -> list[Contact]:
    """The journal behind the service, to be changed by a test."""
    found: list[Contact] = services.app("calltouch").state.account.journal.calltouch
    return found


CALLS = "select call_id from calls where not is_empty_day order by call_id"
DAYS = "select count(distinct called_on), min(called_on), max(called_on) from calls"
EVERYTHING = "select * exclude (requested_at, _dlt_id, _dlt_load_id) from {} order by all"
