"""A simulated company small enough for the tests of banks, and loads of its feeds into DuckDB."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from dlt.extract import DltSource

from ingestion.pipeline import Loaded, load_source
from ingestion.registry import SourceSpec
from ingestion.settings import Settings, check_company_config
from sandbox.company import simulate
from sandbox.model import Company, CompanySpec

SPEC = CompanySpec(seed=11, deals=80, months=4)
AS_OF = SPEC.as_of


@cache
def company() -> Company:
    """Four months, about 150 movements on two accounts; nobody may change it."""
    return simulate(SPEC)


def settings_for(
    folder: Path, name: str, as_of: datetime = AS_OF, *, accept_less: bool = False, **section: Any
) -> Settings:
    config = check_company_config(
        {
            # far from Moscow on purpose: a bank's days are Moscow's all the same
            "company": {"name": "ООО «Малая»", "timezone": "Asia/Vladivostok"},
            "sources": {name: {"enabled": True, **section}},
        }
    )
    return Settings(
        data_dir=folder,
        config_path=folder / "company.toml",
        company_config=config,
        as_of=as_of,
        accept_less=frozenset({name} if accept_less else ()),
    )


def load(
    spec: SourceSpec,
    settings: Settings,
    build: Callable[[Settings], DltSource],
    as_of: datetime | None = None,
) -> Loaded:
    if as_of is not None:
        settings = replace(settings, as_of=as_of)
    return load_source(spec, settings, build=build)


def query(settings: Settings, schema: str, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute(f"set schema '{schema}'")
        return connection.execute(sql).fetchall()


def cause(error: BaseException | None, kind: type[BaseException]) -> BaseException:
    """The error of a kind behind dlt's own."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    assert error is not None
    return error
