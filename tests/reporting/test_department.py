"""The sales department, the forecast and the inquiries against sums made from the rows."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.view import Report
from tests.reporting.conftest import view_of
from tests.reporting.department_rows import (
    BUCKETS,
    CREDIT,
    INQUIRIES,
    LOSSES,
    PAID_PART,
    STUCK,
    WAITING,
    WITHOUT_STANDARD,
    WON_PRICE,
    credited,
    stuck_money,
)
from tests.reporting.rows import HOSTILE


def test_every_rule_of_credit_adds_up_to_the_won_money(report: Report) -> None:
    table = report.sales.credit
    total = table.total
    assert {total.closer.value, total.originator.value, total.share_time.value} == {WON_PRICE}
    assert [credited(rule) for rule in range(4)] == [WON_PRICE] * 4
    assert total.difference.value == 0
    assert sum((row.difference.value or 0 for row in table.rows), Decimal(0)) == 0
    anna = next(row for row in table.rows if row.name == "Анна Соколова")
    closer, _, _, current = (Decimal(text) for text in CREDIT[21, "Анна Соколова"])
    assert (anna.closer.value, anna.difference.value) == (closer, current - closer)
    assert [row.most for row in table.rows] == sorted((r.most for r in table.rows), reverse=True)


def test_money_that_arrived_is_a_table_of_its_own(
    report: Report, change: Callable[..., Path]
) -> None:
    paid = report.sales.credit_paid.total.closer.value
    assert paid is not None
    assert abs(paid - WON_PRICE * PAID_PART) < Decimal("0.05")
    unknown = view_of(
        change(
            "update marts.rpt_manager_credit set closer_paid = null, originator_paid = null,"
            " share_time_paid = null, current_responsible_paid = null"
        )
    ).sales.credit_paid
    assert {row.closer.why for row in unknown.rows} == {"no_money_feed"}
    assert unknown.total.difference.why == "no_money_feed"


def test_managers_that_do_not_add_up_to_the_deals_are_told(change: Callable[..., Path]) -> None:
    path = change(
        "update marts.rpt_manager_credit set closer_price = closer_price + 0.01"
        " where user_id = 21 and currency = 'RUB' and month = date '2026-06-01'",
        "delete from marts.rpt_loss_reasons where loss_reason = 'Другое'",
    )
    ties = {tie.kind: tie.holds for tie in view_of(path).ties}
    assert (ties["credit"], ties["losses"], ties["leads"]) == (False, False, True)


def test_shares_of_habits_are_made_from_sums(report: Report) -> None:
    anna, boris, third = report.sales.habits
    assert anna.moves == 400
    assert anna.instant.value == Decimal(76) / Decimal(380)
    assert anna.sloppy.value == Decimal(16) / Decimal(400)
    assert anna.noise.value == Decimal(1) / Decimal(15)
    assert boris.noise.why == "no_wins"
    assert (third.name, third.moves, third.instant.why) == (HOSTILE, 0, "no_moves")
    mass = report.sales.mass
    assert (mass.count, mass.changes) == (2, 19)
    assert [(row.deals, row.on.isoformat()) for row in mass.rows] == [
        (12, "2026-10-21"),  # 22:30 UTC is the next day in Moscow
        (6, "2026-10-21"),
    ]


def test_waiting_and_standards(report: Report) -> None:
    found = report.sales.standards
    said = {row.on: (row.deals, row.over, row.near, row.over_money) for row in found.waiting}
    assert said == {
        on: (deals, over, near, over * Decimal(price)) for on, deals, over, near, price in WAITING
    }
    assert (found.total.deals, found.total.over, found.total.over_money) == (
        11,
        4,
        sum((over * Decimal(price) for _, _, over, _, price in WAITING), Decimal(0)),
    )
    new, bill = found.stages
    assert (new.judged, new.over, new.over_money) == (100, 3, Decimal("300.75"))
    assert new.broken.value == Decimal("0.25")
    assert bill.broken.why == "none_judged"
    assert {row.name: row.judged for row in found.people} == {"Анна Соколова": 60, "Борис Ким": 40}
    assert (found.without, found.listed) == (tuple(WITHOUT_STANDARD), 4)


def test_all_hanging_deals_are_counted_and_the_dearest_named(report: Report) -> None:
    stuck = report.sales.stuck
    assert (stuck.deals, stuck.money, len(stuck.rows)) == (len(STUCK), stuck_money(), 15)
    first, second, *rest = stuck.rows
    assert (first.name, first.norm, first.money) == (HOSTILE, None, Decimal("900000.90"))
    assert (second.url, second.clock, second.norm) == (None, "working", 86400)
    prices = [row.money for row in rest]
    assert None not in prices
    assert prices == sorted(prices, reverse=True)  # type: ignore[type-var]
    ((bucket),) = report.sales.buckets  # nothing is put off in the other
    assert (bucket.neglected, bucket.money) == (45, Decimal(BUCKETS[0][-1]))


def test_losses_name_what_is_not_said(report: Report) -> None:
    losses = report.sales.losses
    deals = sum(row[2] for row in LOSSES)
    assert losses.total.deals == sum(row.deals for row in losses.rows) == deals
    assert losses.total.money == sum((Decimal(row[3]) for row in LOSSES), Decimal(0))
    assert losses.without.value == Decimal(25) / Decimal(deals)
    assert losses.other.value == Decimal(15) / Decimal(deals)
    *_, rest, unnamed = losses.rows
    assert (rest.merged, rest.deals, unnamed.name, unnamed.deals) == (2, 20 + 15, None, 25)


def test_prices_in_another_currency_are_told_and_never_added(
    report: Report, change: Callable[..., Path]
) -> None:
    assert report.sales.foreign == 1
    euros = [
        f"update marts.{mart} set currency = 'EUR'"
        for mart in ("rpt_stuck_deals", "rpt_loss_reasons", "fct_stage_sla", "rpt_bucket_stages")
    ]
    sales = view_of(change(*euros)).sales
    assert (sales.stuck.deals, sales.stuck.money) == (len(STUCK), 0)
    assert (sales.losses.total.money, sales.standards.total.over_money) == (0, 0)
    assert (sales.buckets[0].neglected, sales.buckets[0].money) == (45, 0)


def test_advice_is_grouped_by_rule_and_counts_each_deal_once(report: Report) -> None:
    pipeline, reminder, standard = report.design.faults
    assert (pipeline.severity, pipeline.money) == ("warning", Decimal(3000000))
    assert (pipeline.places[0].stage, pipeline.places[0].pipeline) == (None, "Продажи")
    assert (reminder.severity, reminder.money) == ("warning", Decimal("90000.90"))
    assert (standard.severity, standard.count, len(standard.places)) == ("advice", 22, 20)
    assert standard.money == sum((Decimal(f"{n}.50") for n in range(22)), Decimal(0))


def test_the_forecast_stands_beside_its_error(report: Report) -> None:
    forecast = report.forecast
    assert [row.month and row.month.month for row in forecast.months] == [11, 12, None]
    first, second, undated = forecast.months
    assert (first.error.value, first.held.value) == (Decimal("0.074"), Decimal("0.8"))
    assert (second.error.why, undated.middle.why) == ("no_history", "no_payments_yet")
    assert [row.error.why for row in forecast.past] == [None, "nothing_paid"]
    assert forecast.of_all_money.value == Decimal(1000000) / Decimal(2400000)
    imputed = forecast.imputed.value
    assert imputed is not None
    assert float(imputed) == pytest.approx((425000.10 + 300000.60) / 2000001.00)


def test_without_payments_the_forecast_says_why(change: Callable[..., Path]) -> None:
    path = change(
        "update marts.rpt_forecast set p10_amount = null, p50_amount = null, p90_amount = null,"
        " backtest_status = 'no_payments', backtest_mape = null, backtest_coverage = null",
        "update marts.rpt_forecast_backtest set status = 'no_payments'",
    )
    forecast = view_of(path).forecast
    assert {row.middle.why for row in forecast.months} == {"no_payments_yet"}
    assert {row.error.why for row in forecast.months} == {"no_payments_yet"}
    assert (forecast.past, forecast.of_all_money.why) == ((), "nothing_paid")


def test_inquiries_are_inbound_only(report: Report) -> None:
    found = report.inquiries
    assert found.total == sum(INQUIRIES.values())
    assert {row.kind: row.count for row in found.classes} == INQUIRIES
    assert [row.count for row in found.windows] == [320, 340, 320, 305]
    assert found.windows[0].share.value == Decimal(320) / Decimal(400)
