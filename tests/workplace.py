"""A whole company in a folder: its services on loopback, its files, and ``skvoz`` run over it."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from sandbox.company import simulate
from sandbox.faults import Faults
from sandbox.feed import CORE
from sandbox.model import Company, CompanySpec
from sandbox.running import Services, serve
from sandbox.truth import write_truth

ROOT = Path(__file__).resolve().parents[1]
SKVOZ = Path(sys.executable).with_name("skvoz")
LEAN = "SKVOZ_TESTS_LEAN"
HURRIED = (sys.executable, "-m", "tests.hurried")
ONE_PATH = "SKVOZ_TESTS_WAREHOUSE"
# When something was last seen or loaded, and by which load, is not part of what "the same marts"
# means.
VOLATILE = [
    *("last_seen_at", "last_loaded_at", "load_id", "loaded_at", "published_at", "ran_at"),
    *(
        f"{part}_{what}"
        for part in ("payment", "deal", "evidence", "touch")
        for what in ("load_id", "loaded_at")
    ),
]


@cache
def _desk() -> Path:
    """A folder of this process, through which dbt sees every workplace under one path."""
    folder = Path(tempfile.mkdtemp(prefix="skvoz_desk_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass(frozen=True)
class Workplace:
    """A company's data folder and what its commands run with."""

    folder: Path
    services: Services
    environment: dict[str, str]

    @property
    def published(self) -> Path:
        return self.folder / "published" / "skvoz.duckdb"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def truth(self) -> Path:
        return self.folder / "truth"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start ``skvoz``; the caller waits for it or kills it.

        dbt parses the whole project anew for another path of the warehouse, which takes longer than
        building a small one: so all workplaces go by one path, one of them at work at a time.
        The folder is linked and not the file, because DuckDB keeps its log beside the file.
        """
        link = _desk() / "place"
        link.unlink(missing_ok=True)
        link.symlink_to(self.folder.resolve())
        one_path = {ONE_PATH: str(link / self.warehouse.name)}
        return subprocess.Popen(
            [*HURRIED, *arguments],
            env={**self.environment, **one_path, **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def skvoz(
        self, *arguments: str, timeout: float = 300, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run ``skvoz`` to its end."""
        process = self.start(*arguments, **environment)
        output, _ = process.communicate(timeout=timeout)
        return subprocess.CompletedProcess(arguments, process.returncode, output)

    def run(self, job: str = "daily", *, is_lean: bool = False, **environment: str) -> str:
        """Run a job that has to succeed; its output. ``is_lean`` as in ``workplace``."""
        lean = {LEAN: "1"} if is_lean else {}
        done = self.skvoz("run", job, **lean, **environment)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def marts(self) -> dict[str, list[tuple[object, ...]]]:
        """Every published table's rows, sorted, without the columns that say when it was seen."""
        stable = f"columns(c -> not list_contains({VOLATILE}, c))"
        with duckdb.connect(str(self.published), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables order by 1"
            ).fetchall()
            return {
                name: connection.execute(f"select {stable} from {name} order by all").fetchall()
                for (name,) in tables
            }


@contextmanager
def workplace(
    folder: Path,
    company: Company | CompanySpec,
    faults: Faults | None = None,
    dbt_artefacts: Path | None = None,
    feeds: Iterable[str] = CORE,
    *,
    is_lean: bool = False,
) -> Iterator[Workplace]:
    """Lay a company out in ``folder`` and serve it until the block ends.

    ``dbt_artefacts`` is another workplace's ``dbt`` folder of the same configuration: with it the
    project need not be parsed again. ``is_lean`` leaves out the data tests of the models.
    """
    if isinstance(company, CompanySpec):
        company = simulate(company)
    folder.mkdir(parents=True, exist_ok=True)
    if dbt_artefacts is not None:
        shutil.copytree(dbt_artefacts, folder / "dbt")
    with serve(
        company, faults or Faults(minor_units=True, rate_limit_per_second=None), feeds
    ) as services:
        services.write_files(folder / "inbox")
        if company.truth:
            write_truth(company, folder / "truth", services.feeds)
        config = folder / "company.toml"
        config.write_text(services.config(), encoding="utf-8")
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SOURCES__")},
            **services.environment(),
            "SKVOZ_DATA_DIR": str(folder),
            "SKVOZ_CONFIG": str(config),
            "SKVOZ_AS_OF": company.spec.as_of.isoformat(),
            "SKVOZ_RUN_RETRIES": "0",
            "SKVOZ_MIN_FREE_MB": "1",
            "SKVOZ_DBT_THREADS": "1",  # small tables: threads would only wait for one another
            LEAN: "1" if is_lean else "",
        }
        yield Workplace(folder, services, environment)
