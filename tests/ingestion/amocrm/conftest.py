"""A company behind a real HTTP server, and a warehouse file to load it into."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pytest
from dlt.extract import DltSource

from ingestion.pipeline import Loaded, load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources.amocrm import SOURCE, build
from ingestion.sources.amocrm.client import AmocrmClient
from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.running import Services, serve
from tests.ingestion.scripted import FakeClock
from tests.sandbox.small import AS_OF, small_company


@dataclass
class Stand:
    """The served company, the settings that point at it, and its warehouse."""

    services: Services
    settings: Settings

    @property
    def faults(self) -> Faults:
        return self.services.faults

    @property
    def company(self) -> Company:
        return self.services.company

    def at(self, moment: datetime) -> "Stand":
        return Stand(self.services, replace(self.settings, as_of=moment))

    def client(self) -> AmocrmClient:
        return AmocrmClient(self.settings, FakeClock())

    def load(self, *tables: str) -> Loaded:
        """One run with all of its rounds, of all tables or some."""

        def chosen(settings: Settings) -> DltSource:
            source = build(settings, FakeClock())
            return source.with_resources(*tables) if tables else source

        return load_source(SOURCE, self.settings, build=chosen)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as warehouse:
            return warehouse.execute(sql.replace("raw.", "raw_amocrm.")).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"select count(*) from raw.{table}")[0][0])

    def table(self, name: str) -> list[tuple[Any, ...]]:
        """A whole table without dlt's own columns, in an order of its own."""
        columns = self.rows(
            "select column_name from information_schema.columns where table_schema = 'raw_amocrm' "
            f"and table_name = '{name}' and column_name not like '\\_dlt%' escape '\\' order by 1"
        )
        names = ", ".join(column for (column,) in columns)
        return sorted(self.rows(f"select {names} from raw.{name}"), key=str)

    def asked(self, path: str) -> list[str]:
        """The queries of every request to a path so far."""
        return [seen.query for seen in self.services.amocrm.log if seen.path == f"/api/v4/{path}"]


class MakeStand(Protocol):
    def __call__(self, company: Company | None = None, **section: Any) -> Stand: ...


@pytest.fixture
def make_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeStand]:
    with ExitStack() as stack:

        def make(company: Company | None = None, **section: Any) -> Stand:
            faults = Faults(rate_limit_per_second=None)
            services = stack.enter_context(serve(company or small_company(), faults))
            for name, value in services.environment().items():
                monkeypatch.setenv(name, value)
            amocrm = {"enabled": True, "base_url": services.amocrm_url, **section}
            config = {"company": {"name": "Малая"}, "sources": {"amocrm": amocrm}}
            settings = Settings(
                tmp_path / "data",
                tmp_path / "company.toml",
                check_company_config(config),
                AS_OF,
            )
            settings.data_dir.mkdir(exist_ok=True)
            return Stand(services, settings)

        yield make


@pytest.fixture
def stand(make_stand: MakeStand) -> Stand:
    return make_stand()


def every_text(error: BaseException | None) -> str:
    """All that a printed or a logged error chain could show."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error.__dict__)]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)
