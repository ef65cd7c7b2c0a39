"""What does a first load of amoCRM leads cost over reading the same JSON with DuckDB?

Ours: pages over HTTP from a local server without throttle, types checked card by card, rounds of a
thousand pages merged and committed one by one; the loader on one core, the server on another.
Floor: the same leads as NDJSON on disk, ``read_json`` into one table, on one core.
"""

import os
from pathlib import Path

import duckdb
import orjson

from benchmarks.amocrm_pages import Account, lead, pin, served
from benchmarks.measure import Answer, measure
from ingestion.pipeline import load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.amocrm import SOURCE, build

DEALS = 1_000_000
UNTHROTTLED = 1_000_000


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Load ``deals`` leads both ways."""
    with served(Account(str(folder), deals, cpu=1)) as url:
        ours = measure(load, folder, url)
        loaded = count(folder)
    lines = folder / "leads.ndjson"
    _write_lines(lines, deals)
    floor = measure(_read_json, lines, folder / "floor.duckdb")
    return Answer(f"first load of {loaded:,} amoCRM leads / DuckDB read_json", ours, floor, loaded)


def settings_for(folder: Path, url: str, rate: float) -> Settings:
    """A company of one account at ``url`` and nothing else."""
    os.environ["SOURCES__AMOCRM__ACCESS_TOKEN"] = "of-no-consequence"
    section = {"enabled": True, "base_url": url}
    config = check_company_config({"company": {"name": "x"}, "sources": {"amocrm": section}})
    crm = getattr(config.sources, "amocrm").model_copy(update={"requests_per_second": rate})  # noqa: B009
    sources = config.sources.model_copy(update={"amocrm": crm})
    settings = Settings(
        data_dir=folder / "data",
        config_path=folder / "company.toml",
        company_config=config.model_copy(update={"sources": sources}),
    )
    settings.data_dir.mkdir(exist_ok=True)
    return settings


def load(folder: Path, url: str, rate: float = UNTHROTTLED) -> None:
    """All rounds of the leads, on one core."""
    pin(0)
    settings = settings_for(folder, url, rate)
    load_source(SOURCE, settings, build=lambda s: build(s).with_resources("leads"))


def count(folder: Path) -> int:
    with duckdb.connect(str(folder / "data" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("select count(distinct lead_id) from raw_amocrm.leads")
        rows = found.fetchone()
    return int(rows[0]) if rows else 0


def _write_lines(path: Path, deals: int) -> None:
    with path.open("wb") as file:
        for number in range(1, deals + 1):
            file.write(orjson.dumps(lead(number)) + b"\n")


def _read_json(lines: Path, path: Path) -> None:
    pin(0)
    with duckdb.connect(str(path), config={"threads": 1}) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"create table leads as select * from read_json('{lines}')")
