"""Builds the dbt project on hand-made raw tables, once per kind of company."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt import hand_made_company, raw_fixture

PROJECT = Path(__file__).parents[2] / "dbt_project"


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse file and what dbt said while building it."""

    path: Path
    log: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def money(self, query: str) -> Decimal:
        return Decimal(self.value(query))


Build = Callable[..., Warehouse]


def run_dbt(
    path: Path, folder: Path, *arguments: str, project: Path = PROJECT, **variables: Any
) -> str:
    """One dbt command on a warehouse; its output, or a failed test with it."""
    process = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *arguments,
            "--profiles-dir",
            ".",
            "--no-use-colors",
            "--vars",
            json.dumps({"as_of": raw_fixture.AS_OF} | variables),
        ],
        cwd=project,
        env=os.environ
        | {
            "SKVOZ_WAREHOUSE": str(path),
            "SKVOZ_DBT_THREADS": "1",
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a warehouse: ``prepare`` makes the raw tables, keywords go to dbt as vars."""

    def run(
        prepare: Callable[[Path], None],
        *,
        with_unit_tests: bool = False,
        with_data_tests: bool = True,
        **variables: Any,
    ) -> Warehouse:
        folder = tmp_path_factory.mktemp("dbt")
        path = folder / "warehouse.duckdb"
        prepare(path)
        flags = [] if with_unit_tests else ["--exclude-resource-type", "unit_test"]
        if not with_data_tests:
            flags += ["--exclude-resource-type", "test"]
        return Warehouse(path, run_dbt(path, folder, "build", *flags, **variables))

    return run


@pytest.fixture(scope="session")
def company(build: Build) -> Warehouse:
    """The hand-made company, built with every test of the project."""
    return build(hand_made_company.fill, with_unit_tests=True)
