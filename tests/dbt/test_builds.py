"""The project builds for any company: an empty one, one without some feeds, one loaded anew."""

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.dbt import hand_made_company, raw_fixture
from tests.dbt.conftest import PROJECT, Build, Warehouse, run_dbt


def _marts(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            """select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('marts', 'quality') order by 1"""
        ).fetchall()
        return {
            name: connection.execute(f"select * from {name} order by all").fetchall()
            for (name,) in names
        }


def _shuffled(path: Path) -> None:
    hand_made_company.fill(path)
    with duckdb.connect(str(path)) as connection:
        tables = connection.execute(
            """select table_schema || '.' || table_name from information_schema.tables
            where table_schema like 'raw_%'"""
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                f"create or replace table {table} as select * from {table} order by rowid desc"
            )


def test_the_order_of_raw_rows_changes_nothing(company: Warehouse, build: Build) -> None:
    again = build(_shuffled, with_data_tests=False)
    assert _marts(again.path) == _marts(company.path)


def test_an_account_connected_before_changes_nothing_for_this_one(
    company: Warehouse, build: Build
) -> None:
    def prepare(path: Path) -> None:
        hand_made_company.fill(path)
        raw_fixture.insert(
            path,
            "raw_amocrm.accounts",
            [
                {
                    "account_id": account,
                    "base_url": "https://old.amocrm.ru",
                    "currency": "KZT",
                    "last_seen_at": raw_fixture.at("2025-12-31 09:00"),
                }
                for account in (1, 999)
            ],
        )

    assert _marts(build(prepare, with_data_tests=False).path) == _marts(company.path)


def test_an_edited_rule_counts_in_the_next_run(tmp_path: Path) -> None:
    project, warehouse = tmp_path / "project", tmp_path / "warehouse.duckdb"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    hand_made_company.fill(warehouse)
    model = ["build", "--exclude-resource-types", "unit_test", "test", "--select"]
    class_of_p5 = """select payment_class from intermediate.int_money__classified_payments
        where payment_id = 'p5'"""
    run_dbt(warehouse, tmp_path, *model, "+int_money__classified_payments", project=project)
    assert Warehouse(warehouse, "").value(class_of_p5) == "customer_payment"

    with (project / "seeds/payment_class_rules.csv").open("a", encoding="utf-8") as rules:
        rules.write("5,in,,,по договору,,,,,other_in,\n")
    run_dbt(warehouse, tmp_path, *model, "payment_class_rules+1", project=project)
    assert Warehouse(warehouse, "").value(class_of_p5) == "other_in"


def test_an_empty_company_builds_empty_marts(build: Build) -> None:
    empty = build(raw_fixture.create_raw_tables)
    marts = _marts(empty.path)
    assert len(marts) == len(list((PROJECT / "models/marts").glob("*/*.sql")))
    assert all(not rows for rows in marts.values())


def test_a_company_without_any_source_builds(build: Build) -> None:
    # data tests of empty marts have run above
    nothing = build(
        lambda path: duckdb.connect(str(path)).close(),
        with_data_tests=False,
        enabled_sources=[],
    )
    assert all(not rows for rows in _marts(nothing.path).values())


@pytest.fixture(scope="module")
def crm_only(build: Build) -> Warehouse:
    def prepare(path: Path) -> None:
        hand_made_company.fill(path)
        with duckdb.connect(str(path)) as connection:
            connection.execute("drop schema raw_bank_1c cascade")
            connection.execute("drop schema raw_yandex_direct cascade")

    return build(prepare, enabled_sources=["raw_amocrm"], vat_policy="net")


def test_a_missing_feed_is_not_a_zero(crm_only: Warehouse) -> None:
    assert crm_only.rows(
        """select distinct revenue, net_revenue, spend, paying_deals, roas, coverage
        from marts.rpt_revenue_by_channel"""
    ) == [(None, None, None, None, None, None)]
    assert crm_only.rows("select distinct paid_amount from marts.fct_deals") == [(None,)]


def test_leads_are_counted_without_money(crm_only: Warehouse) -> None:
    leads = "select sum(leads) from marts.rpt_revenue_by_channel where basis = 'lead_cohort'"
    assert crm_only.value(leads) == 14


def test_money_and_spend_need_no_crm(build: Build) -> None:
    def prepare(path: Path) -> None:
        hand_made_company.fill(path)
        with duckdb.connect(str(path)) as connection:
            connection.execute("drop schema raw_amocrm cascade")

    warehouse = build(
        prepare, enabled_sources=["raw_bank_1c", "raw_yandex_direct"], vat_policy="net"
    )
    assert warehouse.rows(
        """select channel, leads, sum(net_revenue), sum(spend)
        from marts.rpt_revenue_by_channel where basis = 'cash_date' group by all order by 1"""
    ) == [
        # 1 200.00 of December at 20 %, 10 000.00 and 2 000.50 of January at 22 %
        ("paid_search", None, Decimal("0.00"), Decimal("10836.47")),
        # every customer's payment without its VAT, 30 000.00 carries none
        ("unallocated", None, Decimal("149672.59"), None),
    ]
    assert warehouse.value("select distinct account_id from marts.fct_payments") == 0
