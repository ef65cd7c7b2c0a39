"""Money from many feeds at once: counted once, classed alike, tied to deals; worked out by hand."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt import hand_made_feeds, raw_fixture
from tests.dbt.conftest import Warehouse, run_dbt
from tests.dbt.hand_made_deals import fill_deals, fill_dictionaries

MODELS = (
    *("+rpt_revenue_by_channel", "+int_money__acquiring_settlements", "+int_money__own_transfers"),
    *("assert_payments_reconcile", "assert_payments_acquiring_once", "assert_payments_feeds_agree"),
    *("assert_allocations_within_payment", "assert_customer_money_is_whole"),
)
BANKS = ["raw_bank_1c", "raw_tbank", "raw_tochka", "raw_bank_swift"]


def built(
    folder: Path,
    fill: Callable[[Path], None],
    sources: list[str],
    artefacts: Path | None = None,
    **variables: Any,
) -> Warehouse:
    """A warehouse with what payments rest on; ``artefacts`` of equal variables save a parse."""
    path = folder / "warehouse.duckdb"
    raw_fixture.create_raw_tables(path)
    fill_dictionaries(path)
    fill_deals(path)
    fill(path)
    log = run_dbt(
        path,
        artefacts or folder,
        *("build", "--exclude-resource-type", "unit_test"),
        *("--indirect-selection", "cautious", "--select", *MODELS),
        enabled_sources=["raw_amocrm", *sources],
        **variables,
    )
    return Warehouse(path, log)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("everything")
    return built(folder, hand_made_feeds.fill_all, [*BANKS, "raw_yookassa"])


@pytest.fixture(scope="module")
def without_acquirer(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("without")
    return built(folder, hand_made_feeds.fill_all, BANKS)


def test_a_movement_of_two_feeds_counts_once(everything: Warehouse) -> None:
    february = """
        select booked_on::text, source, amount from marts.fct_payments
        where own_account = '40702810900000000001'
            and booked_on between '2026-02-10' and '2026-02-13'
        order by all
    """
    assert everything.rows(february) == [
        ("2026-02-10", "tbank", Decimal("30000.00")),
        ("2026-02-11", "tbank", Decimal("7000.55")),
        ("2026-02-12", "tbank", Decimal("55.00")),
        ("2026-02-12", "tbank", Decimal("1000.00")),
        # the bank's service has a hold and a broken row of that day, the file a payment
        ("2026-02-13", "bank_1c", Decimal("3000.00")),
    ]
    duplicates = "select payment_id from intermediate.int_money__movements where is_duplicate"
    assert sorted(everything.rows(duplicates)) == [("p3",), ("p4",), ("p5",), ("p6",)]


def test_what_one_feed_leaves_out_is_kept_and_said(everything: Warehouse) -> None:
    only_here = """select booked_on::text, payment_id, source
        from intermediate.int_money__movements where is_only_here order by all"""
    assert everything.rows(only_here) == [
        ("2026-02-16", "p10", "bank_1c"),
        ("2026-02-17", "p11", "bank_1c"),
        ("2026-02-18", "p12", "bank_1c"),
    ]
    assert "WARN 3 assert_payments_feeds_agree" in everything.log


def test_nothing_of_any_feed_is_lost(everything: Warehouse) -> None:
    """By feed and direction: what it brought, less what another feed had already."""
    assert everything.rows(
        """select source, direction, sum(abs(amount_original)) from marts.fct_payments
        group by all order by all"""
    ) == [
        ("bank_1c", "in", Decimal("143012.34")),  # 181012.89 less p3, p5, p6
        ("bank_1c", "out", Decimal("52176.90")),  # 57176.90 less p4
        ("bank_swift", "in", Decimal("100.00")),
        ("tbank", "in", Decimal("38939.55")),
        ("tbank", "out", Decimal("7510.00")),
        ("tochka", "in", Decimal("2500.00")),
        ("yookassa", "in", Decimal("700.00")),
        ("yookassa", "out", Decimal("22.00")),
    ]


def test_acquiring_is_income_once(everything: Warehouse) -> None:
    classes = """
        select payment_class, amount, booked_on::text from marts.fct_payments
        where source = 'yookassa' or counterparty_name like '%ЮМани%' order by all
    """
    assert everything.rows(classes) == [
        ("acquiring_fee", Decimal("-12.00"), "2026-02-17"),
        ("acquiring_fee", Decimal("-6.00"), "2026-02-19"),
        ("acquiring_fee", Decimal("-3.00"), "2026-02-17"),
        ("acquiring_settlement", Decimal("484.00"), "2026-02-18"),
        ("customer_payment", Decimal("100.00"), "2026-02-17"),
        ("customer_payment", Decimal("200.00"), "2026-02-19"),
        ("customer_payment", Decimal("400.00"), "2026-02-17"),
        # of days before the feed's first: income, as there is nothing else to tell of it
        ("customer_payment", Decimal("400.00"), "2026-02-17"),
        ("customer_refund", Decimal("-1.00"), "2026-02-17"),
    ]
    settlements = """select settled_on::text, expected_amount, settled_amount, residual
        from intermediate.int_money__acquiring_settlements order by all"""
    assert everything.rows(settlements) == [
        ("2026-02-18", Decimal("484.00"), Decimal("484.00"), Decimal("0.00")),
        (None, Decimal("194.00"), Decimal("0.00"), Decimal("-194.00")),
    ]


def test_a_settlement_is_income_where_the_acquirers_feed_is_off(
    without_acquirer: Warehouse,
) -> None:
    assert without_acquirer.rows(
        """select payment_class, sum(amount) from marts.fct_payments
        where counterparty_name like '%ЮМани%' group by all"""
    ) == [("customer_payment", Decimal("884.00"))]
    assert without_acquirer.value("select count(*) from intermediate.int_money__acquirers") == 0


def test_both_sides_of_an_own_transfer_come_from_two_banks(everything: Warehouse) -> None:
    transfers = """select out_payment_id, in_payment_id, residual
        from intermediate.int_money__own_transfers order by all"""
    assert everything.rows(transfers) == [
        ("p8", None, Decimal("-400.00")),  # to an account that nobody tells of
        ("t-own", "o-Booked", Decimal("0.00")),
    ]
    fee = "select payment_class from marts.fct_payments where payment_id = 't-fee'"
    assert everything.value(fee) == "bank_fee"


def test_deals_are_found_by_the_feeds_id_and_by_invoices(everything: Warehouse) -> None:
    assert everything.rows(
        """select payment_id, deal_id, method, score, amount
        from marts.fct_payment_allocations order by all"""
    ) == [
        ("p1", 1, "invoice_sum", Decimal("0.95"), Decimal("120000.00")),
        ("p2", 2, "invoice", Decimal("0.85"), Decimal("20000.00")),
        ("p7", 12, "invoice_sum", Decimal("0.95"), Decimal("3000.00")),
        ("t-p3", 2, "invoice", Decimal("0.85"), Decimal("30000.00")),
        ("t-p4", 2, "invoice", Decimal("0.85"), Decimal("-5000.00")),
        ("yookassa:r1", 3, "deal_id", Decimal("1.00"), Decimal("-1.00")),
        ("yookassa:y1", 3, "deal_id", Decimal("1.00"), Decimal("400.00")),
    ]
    paid = "select paid_amount, refunded_amount from marts.fct_deals where deal_id = 3"
    assert everything.rows(paid) == [(Decimal("400.00"), Decimal("-1.00"))]


def test_another_currency_is_never_added(everything: Warehouse) -> None:
    foreign = """select amount, currency, amount_original, currency_original, rate_flag
        from marts.fct_payments where source = 'bank_swift'"""
    assert everything.rows(foreign) == [
        (Decimal("100.00"), "EUR", Decimal("100.00"), "EUR", "no_rate")
    ]


def test_files_alone_are_as_they_were(tmp_path: Path) -> None:
    """A company of statement files gets the same payments whether the other feeds exist or not."""
    alone = built(tmp_path, hand_made_feeds.fill_money, ["raw_bank_1c"])
    assert alone.rows(
        "select count(*), sum(amount), count(distinct payment_id) from marts.fct_payments"
    ) == [(13, Decimal("123835.99"), 13)]
    assert "WARN=0 ERROR=0" in alone.log


def test_an_acquirer_alone_is_a_feed_of_money(tmp_path: Path) -> None:
    alone = built(tmp_path, hand_made_feeds.fill_acquirer, ["raw_yookassa"])
    revenue = """select sum(revenue), sum(refunds) from marts.rpt_revenue_by_channel
        where basis = 'cash_date'"""
    assert alone.rows(revenue) == [(Decimal("700.00"), Decimal("-1.00"))]
    assert alone.value("select paid_amount from marts.fct_deals where deal_id = 1") == 0


def test_the_order_of_raw_rows_changes_nothing(everything: Warehouse, tmp_path: Path) -> None:
    def backwards(path: Path) -> None:
        hand_made_feeds.fill_all(path)
        with duckdb.connect(str(path)) as connection:
            for table in ("raw_tbank.operations", "raw_bank_1c.documents", "raw_yookassa.payments"):
                connection.execute(
                    f"create or replace table {table} as select * from {table} order by rowid desc"
                )

    artefacts = everything.path.parent
    again = built(tmp_path, backwards, [*BANKS, "raw_yookassa"], artefacts)
    payments = "select * from marts.fct_payments order by all"
    assert again.rows(payments) == everything.rows(payments)
