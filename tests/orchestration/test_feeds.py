"""What a feed could not load reaches the published copy, the checks, the console and the page."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from rich.console import Console

from ingestion import registry
from ingestion.settings import Settings, read_company_config
from orchestration.assets.feed_checks import _result, build_feed_checks
from orchestration.feeds import Feed, Problem, published_feeds, read_problems, write_feeds
from orchestration.resources import Warehouse
from orchestration.summary import print_problems

BANK = registry.discover()["bank_1c"]
PROBLEMS = (
    Problem("totals_do_not_tie", "a.txt", Decimal("73600.00"), 1, "3600 missing"),
    Problem("unreadable_row", "b.txt", None, 2, "12к is not an amount"),
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("""
            create schema raw_bank_1c;
            create table raw_bank_1c.files (file_sha256 text, file_name text, loaded_at timestamp);
            create table raw_bank_1c.statements (
                file_sha256 text, block_index bigint, file_name text, total_in decimal(18, 2),
                total_out decimal(18, 2), sum_in decimal(18, 2), sum_out decimal(18, 2),
                totals_tie boolean, tie_message text
            );
            create table raw_bank_1c.quarantine (
                file_sha256 text, line_number bigint, file_name text, reason text
            );
            insert into raw_bank_1c.files values
                ('a1', 'a.txt', '2026-10-01'), ('b1', 'b.txt', '2026-10-01'),
                ('c1', 'c.txt', '2026-10-01');
        """)
        yield connection


def add_statement(
    warehouse: duckdb.DuckDBPyConnection, sha: str, name: str, total_in: str | None, sum_in: str
) -> None:
    tie = None if total_in is None else total_in == sum_in
    warehouse.execute(
        "insert into raw_bank_1c.statements"
        " select ?, count(*), ?, ?, 7, ?, 7, ?, 'message ' || count(*) from raw_bank_1c.statements",
        [sha, name, total_in, sum_in, tie],
    )


def test_differing_turnovers_are_summed_by_file(warehouse: duckdb.DuckDBPyConnection) -> None:
    add_statement(warehouse, "a1", "a.txt", "100.00", "90.50")
    add_statement(warehouse, "a1", "a.txt", "10.00", "12.00")
    add_statement(warehouse, "b1", "b.txt", "5.00", "5.00")
    add_statement(warehouse, "c1", "c.txt", None, "5.00")  # nothing is stated, nothing is wrong
    assert read_problems(warehouse, BANK) == (
        Problem("totals_do_not_tie", "a.txt", Decimal("11.50"), 2, "message 0"),
    )


def test_a_contradiction_in_balances_has_no_amount(warehouse: duckdb.DuckDBPyConnection) -> None:
    add_statement(warehouse, "a1", "a.txt", "5.00", "5.00")
    warehouse.execute("update raw_bank_1c.statements set totals_tie = false")
    assert [problem.amount for problem in read_problems(warehouse, BANK)] == [None]


def test_unread_rows_are_counted_and_whole_files_told_apart(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    warehouse.execute(
        "insert into raw_bank_1c.quarantine values"
        " ('a1', 40, 'a.txt', 'second'), ('a1', 20, 'a.txt', 'first'),"
        " ('b1', 0, 'b.txt', 'no statement'), ('no bytes', 0, 'locked.txt', 'no right to read')"
    )
    assert read_problems(warehouse, BANK) == (
        Problem("unreadable_row", "a.txt", None, 2, "first"),
        Problem("unreadable_file", "b.txt", None, 1, "no statement"),
        Problem("unreadable_file", "locked.txt", None, 1, "no right to read"),
    )


def test_a_file_downloaded_again_is_no_longer_a_problem(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    add_statement(warehouse, "a1", "a.txt", "100.00", "90.50")
    warehouse.execute("insert into raw_bank_1c.quarantine values ('a1', 40, 'a.txt', 'torn')")
    assert len(read_problems(warehouse, BANK)) == 2
    warehouse.execute("insert into raw_bank_1c.files values ('a2', 'a.txt', '2026-10-02')")
    add_statement(warehouse, "a2", "a.txt", "100.00", "100.00")
    assert read_problems(warehouse, BANK) == ()


@pytest.mark.parametrize(
    "older",
    [
        "drop table raw_bank_1c.quarantine",
        "alter table raw_bank_1c.quarantine drop column reason",
        "drop schema raw_bank_1c cascade",
    ],
)
def test_what_an_older_version_loaded_is_a_problem_and_no_crash(
    warehouse: duckdb.DuckDBPyConnection, older: str
) -> None:
    add_statement(warehouse, "a1", "a.txt", "76000", "2400")
    warehouse.execute(older)
    (problem,) = read_problems(warehouse, BANK)
    assert problem.kind == "not_loaded_yet"
    assert "load bank_1c again" in problem.detail
    assert not _result((problem,)).passed


def test_a_source_without_the_query_has_no_problems(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert read_problems(warehouse, replace(BANK, problems="")) == ()


def test_feeds_are_read_back_as_they_were_written() -> None:
    feeds = [
        Feed("amocrm", "amoCRM", "amoCRM", "off"),
        Feed("bank_1c", "Bank", "Банк", "ok", tables=4, rows=9, problems=PROBLEMS),
    ]
    with duckdb.connect() as published:
        assert write_feeds(published, feeds) == {"quality.feeds": 2, "quality.feed_problems": 2}
        assert published_feeds(published) == feeds


def test_the_console_lists_problems_only_when_there_are_any() -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=120)
    with duckdb.connect() as published:
        write_feeds(published, [Feed("bank_1c", "Bank", "Банк", "ok")])
        print_problems(published, console)
        assert printed.getvalue() == ""
        published.execute(
            "insert into quality.feed_problems"
            " select 'bank_1c', 'unreadable_row', i || '.txt', null, 2, 'why' from range(23) t(i)"
        )
        print_problems(published, console)
    assert "Not loaded whole" in printed.getvalue()
    assert printed.getvalue().count("unreadable_row") == 20
    assert "and 3 more in quality.feed_problems" in printed.getvalue()


def test_the_check_warns_and_shows_samples() -> None:
    good, bad = _result(()), _result(PROBLEMS * 4)
    assert good.passed
    assert not bad.passed
    assert bad.severity is dg.AssetCheckSeverity.WARN
    assert bad.metadata["problems"].value == 8
    assert bad.metadata["unreadable_row"].value == 4
    samples = json.loads(str(bad.metadata["samples"].value))
    assert len(samples) == 5
    assert samples[0]["amount"] == "73600.00"


@pytest.fixture
def company_file(tmp_path: Path) -> Path:
    path = tmp_path / "company.toml"
    path.write_text('[company]\nname = "X"\n[sources.bank_1c]\nenabled = true\n')
    return path


def test_every_source_that_can_tell_has_a_check(company_file: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path, company_file, read_company_config(company_file))
    (check,) = build_feed_checks(settings)
    (key,) = check.check_keys
    assert (key.asset_key.to_user_string(), key.name) == ("raw_bank_1c/documents", "whole")
    assert "warehouse" in check.required_resource_keys
    assert check.op.pool == "duckdb"
    company_file.write_text('[company]\nname = "X"\n')
    off = Settings(tmp_path, company_file, read_company_config(company_file))
    assert build_feed_checks(off) == []


def test_the_check_runs_in_a_job(
    warehouse: duckdb.DuckDBPyConnection, company_file: Path, tmp_path: Path
) -> None:
    add_statement(warehouse, "a1", "a.txt", "100.00", "90.50")
    warehouse.close()
    settings = Settings(tmp_path, company_file, read_company_config(company_file))
    path, state = str(settings.warehouse_path), str(settings.state_dir)
    held = Warehouse(path=path, state_dir=state, min_free_mb=1, lock_wait_seconds=1)
    definitions = dg.Definitions(
        assets=[dg.AssetSpec(["raw_bank_1c", "documents"])],
        asset_checks=build_feed_checks(settings),
        jobs=[dg.define_asset_job("look", selection=dg.AssetSelection.all_asset_checks())],
        resources={"warehouse": held},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        done = definitions.resolve_job_def("look").execute_in_process(instance=instance)
    (evaluation,) = done.get_asset_check_evaluations()
    assert done.success
    assert not evaluation.passed
    assert evaluation.metadata["totals_do_not_tie"].value == 1
