"""The copy that readers open is whole, replaced at once, and survives a failed attempt."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.assets.publish import publish
from orchestration.warehouse import connect


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "it's live.duckdb"
    with connect(path) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema staging")
        connection.execute("create table marts.fct_spend as select 12.34::decimal(18, 2) as cost")
        connection.execute("create table marts.gone as select 1 as x")
        connection.execute("create table staging.secretive as select 1 as x")
    return path


def read(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "skvoz.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_marts_are_copied_with_their_types_and_nothing_else_is(live: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    assert publish(live, folder).rows == {
        "marts.fct_spend": 1,
        "marts.gone": 1,
        "quality.feeds": 0,
        "quality.feed_problems": 0,
        "quality.publications": 2,
    }
    assert read(folder, "select cost from marts.fct_spend") == [(Decimal("12.34"),)]
    tables = "select table_schema || '.' || table_name from information_schema.tables order by 1"
    assert read(folder, tables) == [
        *(("marts.fct_spend",), ("marts.gone",)),
        *(("quality.feed_problems",), ("quality.feeds",), ("quality.publications",)),
    ]
    parquet = duckdb.read_parquet(str(folder / "parquet" / "marts.fct_spend.parquet"))
    assert parquet.fetchall() == [(Decimal("12.34"),)]


def test_an_open_reader_keeps_its_copy_and_the_next_one_sees_the_new(
    live: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    publish(live, folder)
    with duckdb.connect(str(folder / "skvoz.duckdb"), read_only=True) as reader:
        with connect(live) as connection:
            connection.execute("insert into marts.fct_spend values (1)")
            connection.execute("drop table marts.gone")
        publish(live, folder)
        assert reader.execute("select count(*) from marts.fct_spend").fetchone() == (1,)
    assert read(folder, "select count(*) from marts.fct_spend") == [(2,)]
    kept = sorted(p.name for p in (folder / "parquet").iterdir())
    assert kept == [
        "marts.fct_spend.parquet",
        "quality.feed_problems.parquet",
        "quality.feeds.parquet",
        "quality.publications.parquet",
    ]


def test_a_failed_attempt_leaves_the_last_good_copy(live: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    publish(live, folder)
    with pytest.raises(duckdb.Error):
        publish(tmp_path / "absent" / "warehouse.duckdb", folder)
    assert read(folder, "select count(*) from marts.fct_spend") == [(1,)]
    assert sorted(p.name for p in folder.iterdir()) == ["parquet", "skvoz.duckdb"]
