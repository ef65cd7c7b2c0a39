"""Builds the dbt project on hand-made raw tables, once per kind of company."""

import atexit
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

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


@cache
def _desk() -> Path:
    """A folder of this process, by whose path dbt knows every warehouse."""
    folder = Path(tempfile.mkdtemp(prefix="skvoz_dbt_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _told(variables: dict[str, Any]) -> str:
    return json.dumps({"as_of": raw_fixture.AS_OF} | variables)


def _target(project: Path, told: str) -> Path:
    return _desk() / hashlib.sha256(f"{project} {told}".encode()).hexdigest()[:16]


def run_dbt(
    path: Path, folder: Path, *arguments: str, project: Path = PROJECT, **variables: Any
) -> str:
    """One dbt command on a warehouse; its output, or a failed test with it.

    dbt parses the whole project anew for another path or other vars, which takes longer than many a
    build: so all warehouses go by one path here, and what was parsed is kept by vars.
    """
    told = _told(variables)
    link = _desk() / "warehouse.duckdb"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    process = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *arguments,
            "--profiles-dir",
            ".",
            "--no-use-colors",
            "--vars",
            told,
        ],
        cwd=project,
        env=os.environ
        | {
            "SKVOZ_WAREHOUSE": str(link),
            "SKVOZ_DBT_THREADS": "1",
            "DBT_TARGET_PATH": str(_target(project, told)),
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
def company(tmp_path_factory: pytest.TempPathFactory, build: Build) -> Warehouse:
    """The hand-made company, built with every test of the project; tests only read it.

    It is built once for all processes of a run of tests.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "hand_made"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            built = build(hand_made_company.fill, with_unit_tests=True)
            being_made = shared.with_suffix(".new")
            being_made.mkdir()
            shutil.copy(built.path, being_made)
            shutil.copytree(_target(PROJECT, _told({})) / "compiled", being_made / "compiled")
            (being_made / "log.txt").write_text(built.log, encoding="utf-8")
            being_made.rename(shared)
    return Warehouse(shared / "warehouse.duckdb", (shared / "log.txt").read_text("utf-8"))
