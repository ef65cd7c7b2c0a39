"""Ledgers, payback, attribution and review against sums made from ``rows``."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.figures_money import draw_payback
from reporting.i18n import Wording
from reporting.sections.payback import LISTED
from reporting.sections.review import PAYMENTS, TAGS
from reporting.view import Report
from reporting.view.payback import PaybackRow
from tests.reporting.conftest import view_of
from tests.reporting.returns_rows import (
    CAMPAIGN_COVERAGE,
    COGS,
    FREE_LEADS,
    IN_VAIN,
    OPEN,
    ROUNDING,
    TINIES,
    TINY,
    open_money,
)
from tests.reporting.rows import HOSTILE, LEADS, MONTHS, expected_money, expected_net

ALL = len(MONTHS)


def channel(report: Report, key: str) -> PaybackRow:
    return next(row for row in report.payback.channels.rows if row.key == key)


def test_buckets_sum_to_the_totals_of_the_page(report: Report) -> None:
    spend, payments, bank = (
        report.ledgers.spend,
        report.ledgers.payments,
        report.ledgers.bank,
    )
    assert spend is not None
    assert payments is not None
    assert bank is not None
    assert spend.total.amount == report.headline.spend == sum(row.amount for row in spend.rows)
    assert (spend.rounding, spend.told) == (ROUNDING * ALL, spend.total.amount + ROUNDING * ALL)
    assert [row.kind for row in spend.rows] == ["paid_deals", "deals_unpaid", "without_deals"]
    assert payments.total.amount == report.headline.money
    amounts = {row.kind: (row.amount, row.rows) for row in payments.rows}
    assert amounts["by_invoice"] == (expected_money("paid_search", 1), 2 * ALL)
    assert amounts["unallocated_ambiguous"] == (expected_money("unallocated", 1), 3 * ALL)
    assert {row.kind: row.amount for row in bank.rows} == {
        "customers": payments.total.amount,
        "duplicate": Decimal("1000.00") * ALL,
        "class_tax": Decimal("-77.77") * 10 * ALL,
    }


def test_payback_of_a_channel_is_made_of_the_sums_of_its_months(report: Report) -> None:
    search = channel(report, "paid_search")
    spend, net = expected_money("paid_search", 3), expected_net("paid_search")
    assert (search.spend, search.net, search.new_leads) == (spend, net, 84 * ALL)
    assert search.cpl.value == spend / (84 * ALL)
    assert search.cpql.value == spend / (42 * ALL)
    assert search.cac.value == spend / (17 * ALL)
    assert search.drr.value == spend / net
    assert search.cogs_coverage.value == 1
    assert search.cogs is not None
    assert abs(search.cogs - net * COGS) < Decimal("0.05")
    assert search.gross_profit.value == net - search.cogs
    assert search.romi.value == (net - search.cogs - spend) / spend
    bought = report.payback.channels.bought
    assert bought.merged == 2
    assert bought.net == expected_net("paid_search") + expected_net("paid_social")
    assert bought.spend == expected_money(column=3)
    total = report.payback.channels.total
    assert (total.spend, total.net) == (expected_money(column=3), expected_net())
    assert total.leads == sum(row[2] for row in LEADS) * ALL
    assert sum(row.net or 0 for row in report.payback.channels.rows) == total.net


def test_a_profit_without_enough_costs_is_withheld(report: Report) -> None:
    social = channel(report, "paid_social")
    assert social.cogs_coverage.value is not None
    assert abs(social.cogs_coverage.value - Decimal("0.1")) < Decimal("0.0001")
    assert (social.gross_profit.why, social.romi.why) == ("low_cogs", "low_cogs")
    assert social.drr.value is not None
    calls = channel(report, "calls")
    assert (calls.gross_profit.why, calls.romi.why, calls.cpl.why) == (
        *("no_cogs", "no_spend_feed", "no_spend_feed"),
    )
    assert calls.cogs_coverage.value == 0


def test_what_is_not_known_enough_is_withheld_and_the_total_is_not(
    change: Callable[..., Path],
) -> None:
    big = "set revenue = 90000000, net_revenue = 90000000"
    where = "where dimension = 'channel' and dimension_key = 'unallocated'"
    report = view_of(change(f"update marts.rpt_payback_by_lead_cohort {big} {where}"))
    search = channel(report, "paid_search")
    assert {search.cac.why, search.romi.why, search.drr.why} == {"low_coverage"}
    assert search.cpl.value is not None
    assert not next(tie for tie in report.ties if tie.kind == "money_payback").holds
    lost = "update marts.rpt_payback_by_lead_cohort set leads = 99999, new_leads = 99999"
    report = view_of(change(f"{lost} {where.replace('unallocated', 'unknown')}"))
    search = channel(report, "paid_search")
    assert (search.cpl.why, search.cpql.why) == ("low_leads", "low_leads")
    assert search.cac.value is not None
    assert report.payback.channels.total.cpl.value is not None


def test_no_qualifying_stage_is_not_zero_qualified_leads(change: Callable[..., Path]) -> None:
    report = view_of(change("update marts.rpt_payback_by_lead_cohort set qualified_leads = null"))
    search = channel(report, "paid_search")
    assert (search.qualified_leads.why, search.cpql.why) == ("no_qualifying", "no_qualifying")


def test_campaigns_sum_to_the_total_whatever_is_known_of_them(report: Report) -> None:
    campaigns = report.payback.campaigns
    rows = campaigns.table.rows
    assert campaigns.listed == TINIES + 3
    assert [row.kind for row in rows] == ["known"] * LISTED + ["rest", "unknown", "no_deal"]
    assert rows[0].title == HOSTILE
    assert rows[LISTED].merged == campaigns.listed - LISTED
    for name in ("spend", "net", "leads", "new_customers"):
        summed = sum(getattr(row, name) or 0 for row in rows)
        assert summed == getattr(campaigns.table.total, name), name
    assert (campaigns.in_vain.merged, campaigns.in_vain.spend) == (
        1 + TINIES,
        (IN_VAIN + TINIES * TINY) * ALL,
    )
    assert (campaigns.free.merged, campaigns.free.leads) == (1, FREE_LEADS * ALL)
    assert rows[1].romi.value == -1  # nothing sold cost nothing
    money, leads = campaigns.table.coverage.money.value, campaigns.table.coverage.leads.value
    assert money is not None
    assert leads is not None
    assert (round(money, 9), round(leads, 9)) == tuple(Decimal(str(c)) for c in CAMPAIGN_COVERAGE)


def test_curves_sum_cohorts_that_are_old_enough(report: Report) -> None:
    search, social = report.payback.curves
    assert (search.basis, social.basis) == ("gross_profit", "revenue")
    assert [(p.months, p.cohorts) for p in search.points] == [(n, ALL - n) for n in range(ALL)]
    assert search.points[0].spend == expected_money("paid_search", 3)
    assert search.points[0].share.value is not None
    drawn = draw_payback(report.payback, Wording("en", "RUB"))
    assert drawn is not None
    assert "(revenue, cost of goods not known)" in drawn.description


def test_a_cohort_that_is_withheld_says_so(report: Report) -> None:
    youngest, before, *_ = report.payback.cohorts
    assert (youngest.earned.why, youngest.share.why) == ("low_coverage", "low_coverage")
    assert (before.status, before.payback_month) == ("paid_back", 1)
    assert before.share.value == (before.earned.value or 0) / before.spend


def test_models_share_one_sum_and_those_that_know_too_little_are_not_shown(
    report: Report,
) -> None:
    found = report.attribution
    assert [column.model for column in found.models] == ["deal_source", "first", "linear"]
    assert found.withheld == (("markov_1", "few_paths"), ("shapley", "low_coverage"))
    assert set(found.totals) == {expected_net()}
    for place in range(len(found.models)):
        assert abs(sum(row.shares[place] for row in found.rows) - 1) < Decimal("1e-20")
    search = next(row for row in found.rows if row.channel == "paid_search")
    share = expected_net("paid_search") / expected_net()
    assert (search.low, search.high) == (0, share)
    assert abs(search.shares[2] - share / 2) < Decimal("1e-6")
    assert found.rows[-1].channel in ("unassigned", "unknown", "unallocated")
    assert found.deals == 9


def test_a_model_that_loses_money_is_told(change: Callable[..., Path]) -> None:
    lose = (
        "update marts.rpt_attribution set net_revenue = net_revenue - 0.01"
        " where model = 'linear' and channel = 'calls' and month = date '2026-06-01'"
    )
    ties = {tie.kind: tie for tie in view_of(change(lose)).ties}
    assert ties["money_models"].left == expected_net() - Decimal("0.01")
    assert not ties["money_models"].holds


def test_open_payments_are_listed_by_size_and_sum_with_the_rest(report: Report) -> None:
    found = report.review.payments
    assert found is not None
    assert (found.count, len(found.rows), found.total) == (len(OPEN), PAYMENTS, open_money())
    assert sum(row.amount for row in found.rows) + found.rest == found.total
    largest, refund, *_ = found.rows
    assert [offer.name for offer in largest.candidates] == ["Кухня Ивановых", HOSTILE]
    assert [offer.url is None for offer in largest.candidates] == [False, True]
    assert largest.of_candidates == 4
    assert (refund.amount, refund.candidates) == (Decimal("-5000.55"), ())


def test_a_tag_that_breaks_two_rules_is_one_row(report: Report) -> None:
    tags = report.review.tags
    assert (tags.count, len(tags.rows)) == (15, TAGS)
    link, source, *_ = tags.rows
    assert (link.mark, link.value, link.net.why) == ("link", "Охват", "no_money_feed")
    assert source.violations == ("cyrillic", "letter_case")
    assert (source.spend, source.leads, source.resembles) == (Decimal("900.10"), 40, "yandex")


def test_lost_sources_keep_their_total(report: Report) -> None:
    lost = report.review.losses
    assert [(row.source, row.lost, row.merged) for row in lost.rows] == [
        *(("Сайт", 30, 0), (None, 10, 0), (None, 0, 1)),
    ]
    assert (lost.total.deals, lost.total.lost, lost.overwritten) == (220, 40, 2)
    assert lost.total.share.value == Decimal(40) / 220
    assert lost.total.lost_net.value == Decimal("45000.45")


@pytest.mark.parametrize("mart", ["rpt_payback_curve", "rpt_utm_lint", "rpt_payment_ledger"])
def test_a_mart_that_an_older_file_lacks_is_named(change: Callable[..., Path], mart: str) -> None:
    with pytest.raises(Exception, match=rf"no marts\.{mart}; run the daily"):
        view_of(change(f"drop table marts.{mart}"))
