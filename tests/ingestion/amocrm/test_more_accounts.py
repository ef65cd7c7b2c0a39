"""Two accounts whose numbers are the same: ``account_id`` tells their records apart."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.pipeline import make_pipeline
from ingestion.settings import Settings, check_company_config
from ingestion.sources.amocrm import build
from sandbox.faults import Faults
from sandbox.running import serve
from tests.ingestion.scripted import FakeClock
from tests.sandbox import small_records as known
from tests.sandbox.small import AS_OF

TABLES = ("events", "notes", "unsorted", "talks", "tags", "catalogs", "invoices", "customers",
          "transactions", "users_history", "statuses_history", "listings")  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    first, second = known.company_with_records(), known.company_with_records()
    second.spec = replace(second.spec, account_id=778)
    known.switch_customers_on(second)
    quick = Faults(rate_limit_per_second=None)
    with serve(first, quick, ("amocrm",)) as one, serve(second, quick, ("amocrm",)) as two:
        accounts = []
        for name, services in (("moscow", one), ("spb", two)):
            monkeypatch.setenv(
                f"SOURCES__AMOCRM__{name.upper()}__ACCESS_TOKEN", services.access_token
            )
            accounts.append({"name": name, "base_url": services.amocrm_url})
        config: dict[str, Any] = {
            "company": {"name": "Малая"},
            "sources": {"amocrm": {"enabled": True, "accounts": accounts}},
        }
        (tmp_path / "data").mkdir()
        yield Settings(
            tmp_path / "data", tmp_path / "company.toml", check_company_config(config), AS_OF
        )


def load(settings: Settings) -> dict[str, list[tuple[int, int]]]:
    """Rows by table and account after one run."""
    source = build(settings, FakeClock()).with_resources(*TABLES)
    make_pipeline("amocrm", settings).run(source)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as warehouse:
        return {
            table: warehouse.execute(
                f"select account_id, count(*) from raw_amocrm.{table} group by 1 order by 1"
            ).fetchall()
            for table in TABLES
        }


def test_records_of_both_accounts_stand_side_by_side(settings: Settings) -> None:
    loaded = load(settings)
    assert loaded["customers"] == [(778, 2)]  # the other account has them switched off
    assert loaded["transactions"] == [(778, 1)]
    assert loaded["notes"] == [(777, 8), (778, 9)]
    assert loaded["tags"] == [(777, 3), (778, 4)]
    for table in set(TABLES) - {"customers", "transactions", "notes", "tags"}:
        (first, mine), (second, theirs) = loaded[table]
        assert (first, second) == (777, 778), table
        assert mine == theirs > 0, table
    assert load(settings) == loaded
