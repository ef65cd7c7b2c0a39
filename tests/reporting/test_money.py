"""Customer money, spend and payback, against sums made from ``rows``."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from reporting.view import MoneyRow, Report
from tests.reporting.conftest import view_of
from tests.reporting.rows import MONTHS, expected_money, expected_net


def row(rows: tuple[MoneyRow, ...], channel: str) -> MoneyRow:
    return next(r for r in rows if r.channel == channel)


def test_channel_payback_is_spend_over_net_money(report: Report) -> None:
    search = row(report.money.cash.rows, "paid_search")
    spend, net = expected_money("paid_search", 3), expected_net("paid_search")
    assert (search.spend, search.net) == (spend, net)
    assert search.drr.value is not None
    assert abs(Fraction(search.drr.value) - Fraction(spend) / Fraction(net)) < Fraction(1, 10**20)
    cohort = row(report.money.cohort.rows, "paid_search")
    assert cohort.leads == (61 + 24) * len(MONTHS)
    assert cohort.lead_cost.value == spend / (85 * len(MONTHS))


def test_a_deal_that_pays_every_month_is_one_paying_deal(report: Report) -> None:
    assert row(report.money.cash.rows, "paid_search").paying_deals == 1
    assert row(report.money.cash.rows, "unallocated").paying_deals == 0
    assert report.money.cash.total.paying_deals == 9


def test_payback_of_channels_is_withheld_when_too_little_is_explained(
    change: Callable[..., Path],
) -> None:
    money = view_of(
        change(
            "update marts.rpt_revenue_by_channel"
            " set revenue = 90000000, net_revenue = 90000000 where channel = 'unallocated'"
        )
    ).money
    assert row(money.cash.rows, "paid_search").drr.why == "low_coverage"
    assert row(money.cash.rows, "paid_search").roas.why == "low_coverage"
    assert row(money.cash.rows, "calls").drr.why == "no_spend_feed"
    assert money.cash.total.drr.value is not None


def test_money_without_a_source_of_payments_is_unknown_and_not_zero(
    change: Callable[..., Path],
) -> None:
    report = view_of(
        change(
            "delete from marts.fct_payments",
            "delete from marts.fct_payment_allocations",
            "update marts.rpt_revenue_by_channel"
            " set revenue = null, refunds = null, net_revenue = null, paying_deals = null",
            "delete from marts.rpt_payment_ledger",
            "update marts.rpt_attribution set net_revenue = null",
            "update marts.rpt_payback_by_lead_cohort set revenue = null, net_revenue = null",
        )
    )
    assert report.headline.money is None
    assert report.headline.drr.why == "no_money_feed"
    search = row(report.money.cash.rows, "paid_search")
    assert (search.net, search.paying_deals) == (None, None)
    assert {search.drr.why, search.roas.why, search.share.why} == {"no_money_feed"}
    assert all(tie.holds for tie in report.ties)


def test_spend_without_a_cabinet_is_unknown_and_not_zero(change: Callable[..., Path]) -> None:
    report = view_of(
        change(
            "delete from marts.fct_spend", "update marts.rpt_revenue_by_channel set spend = null"
        )
    )
    assert report.headline.spend is None
    assert report.headline.drr.why == "no_spend_feed"
