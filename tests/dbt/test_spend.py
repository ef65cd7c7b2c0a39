"""Spend of all feeds: one table to the kopeck, replaced by day, in the company's currency."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dbt import raw_fixture
from tests.dbt.conftest import Warehouse, run_dbt
from tests.dbt.hand_made_spend import day, rate, spend_file

FILES = """select cabinet, campaign_id, utm_source, utm_campaign, channel, cost_gross, cost_net,
    clicks, currency_original, rate_flag, spend_on
    from marts.fct_spend where source = 'spend_files' order by spend_on, cost_gross"""


def money(text: str) -> Decimal:
    return Decimal(text)


def test_rows_of_files_by_campaign_and_day(company: Warehouse) -> None:
    january = [date(2026, 1, number) for number in range(1, 32)]
    avito, gis = ("avito", "77", "avito"), ("2gis", None, "2gis")
    assert company.rows(FILES) == [
        # five percent of VAT inside
        ("radio", None, "radio", None, "offline", money("1000.00"), money("952.38"), None, "RUB",
         "own", january[4]),
        # a cost and its return in one row
        (*avito, "окна 2026", "boards", money("100.00"), money("81.97"), 10, "RUB", "own",
         january[9]),
        # 10.00 euros by the rate of the day before
        (*gis, None, "boards", money("905.05"), money("905.05"), None, "EUR", "carried",
         january[13]),
        # the corrected file; the day that it leaves out is empty
        (*avito, None, "boards", money("300.00"), money("245.90"), None, "RUB", "own",
         january[19]),
        (*avito, None, "boards", money("1.00"), money("0.82"), None, "RUB", "own", january[24]),
        # 22 % on top, day by day
        (*gis, None, "boards", money("40.66"), money("33.33"), None, "RUB", "own", january[29]),
        (*gis, None, "boards", money("40.66"), money("33.33"), None, "RUB", "own", january[30]),
        (*gis, None, "boards", money("40.67"), money("33.34"), None, "RUB", "own",
         date(2026, 2, 1)),
        ("radio", None, "radio", None, "offline", money("0.00"), money("0.00"), None, "RUB",
         "own", date(2026, 3, 31)),
    ]  # fmt: skip


def test_what_was_replaced_can_be_seen(company: Warehouse) -> None:
    assert company.rows(
        """select file_name, row_number, cost, superseded_by from staging.stg_spend_files__days
        where is_superseded order by all"""
    ) == [
        ("avito/january.csv", 4, money("500.00"), "avito/corrected.csv"),
        ("avito/january.csv", 5, money("7.00"), "avito/corrected.csv"),
    ]


def test_direct_is_as_it_was(company: Warehouse) -> None:
    assert company.rows(
        """select campaign_id, cost_gross, cost_gross_original, currency, surcharge, rate_flag
        from marts.fct_spend where source = 'yandex_direct' order by spend_on"""
    ) == [
        ("9001", cost, cost, "RUB", money("0.00"), "own")
        for cost in (money("1200.00"), money("10000.00"), money("2000.50"))
    ]


def test_asked_months_are_zeros_and_others_unknown(company: Warehouse) -> None:
    assert company.rows(
        """select channel, month, spend from marts.rpt_revenue_by_channel
        where basis = 'cash_date' and channel in ('boards', 'offline') and spend is not null
        order by all"""
    ) == [
        ("boards", date(2026, 1, 1), money("1387.37")),
        ("boards", date(2026, 2, 1), money("40.67")),
        ("offline", date(2026, 1, 1), money("1000.00")),
        # the radio's one file reaches from January to the end of March
        ("offline", date(2026, 2, 1), money("0.00")),
        ("offline", date(2026, 3, 1), money("0.00")),
    ]


def test_the_source_total_is_in_the_report(company: Warehouse) -> None:
    total = "select sum(cost_gross + surcharge) from marts.fct_spend"
    for basis in ("lead_cohort", "cash_date"):
        reported = f"""select sum(spend) from marts.rpt_revenue_by_channel
            where basis = '{basis}'"""
        assert company.money(reported) == company.money(total)


SELECTED = ["+fct_spend", "+int_money__spend_months", "assert_spend_in_own_currency_is_untouched",
            "assert_spend_has_a_rate", "assert_spend_files_are_whole"]  # fmt: skip


def built(folder: Path, **variables: object) -> Warehouse:
    """Only what spend needs, of a company with tenge and a currency that nobody rates."""
    path = folder / "warehouse.duckdb"
    raw_fixture.create_raw_tables(path)
    spend_file(
        path,
        "a.csv",
        1,
        day("2026-01-01", "100.00", currency="KZT", vat_mode="none"),
        day("2026-01-02", "100.00", currency="KZT", vat_mode="none"),
        day("2026-01-14", "100.00", currency="KZT", vat_mode="none"),
        day("2026-01-02", "3.00", currency="TON", vat_mode="none"),
        day("2026-01-02", "10.01"),
    )
    rate(path, "KZT", "2026-01-02", "16.2510", nominal=100)
    rate(path, "USD", "2026-01-02", "81.2550")
    log = run_dbt(
        path,
        folder,
        *("build", "--indirect-selection", "cautious"),
        *("--exclude-resource-type", "unit_test", "--select", *SELECTED),
        **variables,
    )
    return Warehouse(path, log)


MONEY = """select cost_gross, currency, cost_gross_original, currency_original, rate_flag
    from marts.fct_spend order by spend_on, currency_original"""


@pytest.mark.parametrize(
    ("variables", "rows", "warnings"),
    [
        (
            {},
            [
                (money("100.00"), "KZT", money("100.00"), "KZT", "no_rate"),
                (money("16.25"), "RUB", money("100.00"), "KZT", "exact"),
                (money("10.01"), "RUB", money("10.01"), "RUB", "own"),
                (money("3.00"), "TON", money("3.00"), "TON", "no_rate"),
                # twelve days later; ten are allowed
                (money("16.25"), "RUB", money("100.00"), "KZT", "stale"),
            ],
            3,
        ),
        (
            {"company_currency": "KZT", "rate_carry_days": 12},
            [
                (money("100.00"), "KZT", money("100.00"), "KZT", "own"),
                (money("100.00"), "KZT", money("100.00"), "KZT", "own"),
                (money("61.60"), "KZT", money("10.01"), "RUB", "exact"),
                (money("3.00"), "TON", money("3.00"), "TON", "no_rate"),
                (money("100.00"), "KZT", money("100.00"), "KZT", "own"),
            ],
            1,
        ),
        (
            {"enabled_sources": ["raw_spend_files"]},
            [
                (money("100.00"), "KZT", money("100.00"), "KZT", "no_rate"),
                (money("100.00"), "KZT", money("100.00"), "KZT", "no_rate"),
                (money("10.01"), "RUB", money("10.01"), "RUB", "own"),
                (money("3.00"), "TON", money("3.00"), "TON", "no_rate"),
                (money("100.00"), "KZT", money("100.00"), "KZT", "no_rate"),
            ],
            2,
        ),
    ],
)
def test_no_amount_is_lost_for_want_of_a_rate(
    tmp_path: Path,
    variables: dict[str, object],
    rows: list[tuple[object, ...]],
    warnings: int,
) -> None:
    warehouse = built(tmp_path, **variables)
    assert warehouse.rows(MONEY) == rows
    assert f"Got {warnings} result" in warehouse.log
    assert "WARN=1 ERROR=0 SKIP=0" in warehouse.log
    # every amount stands in a month of its currency
    by_currency = "select currency, sum({}) from {} group by 1 order by 1"
    assert warehouse.rows(
        by_currency.format("spend", "intermediate.int_money__spend_months")
    ) == warehouse.rows(by_currency.format("cost_gross", "marts.fct_spend"))
