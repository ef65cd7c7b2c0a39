"""What the assets share: the run-wide hold on the warehouse, the loads and dbt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource

from ingestion.settings import Settings
from orchestration import warehouse
from orchestration.dbt_project import project
from orchestration.loading import build_loads

POOL = "duckdb"


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """The DuckDB file, held by one run at a time from its first step to its last.

    Every asset that touches the file asks for this resource, so a run cannot start writing while
    another does, whether it came from a schedule, the web UI or the command line.
    """

    path: str
    state_dir: str
    min_free_mb: int
    lock_wait_seconds: float
    run_wait_seconds: float = 3600

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:  # noqa: ARG002
        path = Path(self.path)
        with warehouse.writer_lock(path, Path(self.state_dir), self.run_wait_seconds):
            warehouse.ensure_usable(path, self.min_free_mb, self.lock_wait_seconds)
            yield self

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A short-lived read-write connection; close it before dbt starts."""
        with warehouse.connect(Path(self.path)) as connection:
            yield connection


def build_resources(settings: Settings) -> dict[str, object]:
    """Resources by the names that assets ask for."""
    return {
        "warehouse": Warehouse(
            path=str(settings.warehouse_path),
            state_dir=str(settings.state_dir),
            min_free_mb=settings.min_free_mb,
            lock_wait_seconds=settings.lock_wait_seconds,
        ),
        "loads": build_loads(settings),
        "dbt": DbtCliResource(project_dir=project(settings)),
    }
