"""A served bank, loads from it and from files into a real DuckDB file."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.currency_rates import SOURCE, build
from tests.ingestion.scripted import FakeClock

AS_OF = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)


def settings_for(
    folder: Path, url: str = "", currency: str = "RUB", as_of: datetime = AS_OF, **section: Any
) -> Settings:
    config = check_company_config(
        {
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Almaty", "currency": currency},
            "sources": {
                "currency_rates": {
                    "enabled": True,
                    "base_url": f"{url}/scripts" if url else "https://bank.example",
                    "use_feed": bool(url),
                    "currencies": ["USD", "KZT"],
                    "history_months": 2,
                    **section,
                }
            },
        }
    )
    return Settings(
        data_dir=folder, config_path=folder / "company.toml", company_config=config, as_of=as_of
    )


def load(settings: Settings, as_of: datetime | None = None, **changes: Any) -> Loaded:
    if as_of is not None:
        changes["as_of"] = as_of
    return load_source(
        SOURCE, replace(settings, **changes), build=partial(build, clock=FakeClock())
    )


def drop(settings: Settings, name: str, content: str | bytes) -> Path:
    path = settings.inbox_dir / "rates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set schema 'raw_currency_rates'")
        return con.execute(sql).fetchall()


def problems(settings: Settings) -> list[tuple[Any, ...]]:
    return query(settings, f"select kind, subject, rows, detail from ({SOURCE.problems})")
