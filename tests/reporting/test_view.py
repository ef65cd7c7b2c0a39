"""The view model against sums made from ``rows``."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.data import open_marts
from reporting.errors import ReportDataError
from reporting.figures import build_figures
from reporting.i18n import Wording
from reporting.view import Report
from tests.reporting.conftest import view_of
from tests.reporting.rows import LEADS, MONTHS, expected_money, expected_net


def test_all_totals_tie(report: Report) -> None:
    assert [(tie.holds, tie.is_idle) for tie in report.ties] == [(True, False)] * 12
    assert sum(r.leads for r in report.leads.rows) == report.leads.total.leads
    assert sum(r.leads for r in report.leads.channels) == report.leads.total.leads
    assert sum(p.amount or 0 for p in report.headline.parts) == report.headline.money
    for table in (report.money.cash, report.money.cash_months, report.money.cohort):
        assert sum(r.net or 0 for r in table.rows) == table.total.net == expected_net()


def test_a_tie_that_does_not_hold_is_said(change: Callable[..., Path]) -> None:
    path = change(
        "insert into marts.fct_payments values"
        " (10, 'extra', date '2026-10-05', 'customer_payment', 0.01, 'RUB')"
    )
    ties = {tie.kind: tie for tie in view_of(path).ties}
    assert not ties["money_cash"].holds
    assert ties["leads"].holds
    path = change("update marts.fct_spend set cost_gross = cost_gross + 0.01 where campaign_id = 0")
    ties = {tie.kind: tie for tie in view_of(path).ties}
    assert not ties["spend_cash"].holds
    assert not ties["spend_cohort"].holds


def test_headline_is_summed_to_the_kopeck(report: Report) -> None:
    head = report.headline
    assert head.money == expected_net()
    assert head.spend == expected_money(column=3)
    assert (head.payments, head.refunds, head.campaigns) == (50, 25, 2)
    assert head.provisional_spend is None
    parts = {part.kind: part.amount for part in head.parts}
    assert parts["no_source"] == expected_net("unknown")
    assert parts["no_deal"] == expected_net("unallocated")
    assert parts["unassigned"] == expected_net("unassigned")
    assert parts["known"] == expected_net() - sum(
        (expected_net(c) for c in ("unknown", "unallocated", "unassigned")), Decimal(0)
    )
    assert head.leads == sum(r[2] for r in LEADS) * len(MONTHS)
    assert head.leads - head.leads_with_source == (56 + 3) * len(MONTHS)


def test_small_sources_are_merged_and_the_unknown_is_always_there(
    report: Report, change: Callable[..., Path]
) -> None:
    *_, rest, unknown = report.leads.rows
    assert (rest.merged, rest.leads) == (3, (2 + 3 + 4) * len(MONTHS))
    assert (unknown.channel, unknown.leads) == ("unknown", 56 * len(MONTHS))
    path = change("delete from marts.rpt_leads_by_source where channel = 'unknown'")
    last = view_of(path).leads.rows[-1]
    assert (last.channel, last.title, last.leads) == ("unknown", "Источник неизвестен", 0)


def test_stage_ratios_are_made_from_sums_not_from_monthly_ratios(report: Report) -> None:
    sales = report.pipelines[0]
    offer = sales.stages[2]
    assert (sales.name, sales.created) == ("Продажи", 1500)
    assert (offer.reached, offer.visited) == (790, 610)
    assert offer.lost_here == 190
    assert offer.still_here == 75
    assert offer.advanced == 790 - 190 - 75
    assert offer.conversion.value == Decimal(525) / Decimal(790)
    assert offer.skip_share.value == Decimal(180) / Decimal(790)
    assert offer.of_created.value == Decimal(790) / Decimal(1500)


def test_a_ratio_that_cannot_be_known_says_why(report: Report) -> None:
    assert report.pipelines[0].stages[-1].conversion.why == "final_stage"
    assert report.pipelines[1].stages[-1].conversion.why == "nobody_entered"
    calls = next(row for row in report.money.cash.rows if row.channel == "calls")
    assert calls.spend is None
    assert (calls.drr.why, calls.roas.why) == ("no_spend_feed", "no_spend_feed")


def test_the_period_and_the_cut_are_in_the_company_zone(report: Report) -> None:
    assert report.header.as_of.isoformat() == "2026-10-31T23:00:00+03:00"
    assert report.header.period is not None
    assert [day.isoformat() for day in report.header.period] == ["2026-06-01", "2026-10-31"]


def test_an_empty_warehouse_has_a_view(empty_marts: Path) -> None:
    report = view_of(empty_marts)
    assert (report.headline.money, report.headline.leads, report.pipelines) == (0, 0, ())
    assert report.header.period is None
    assert all(tie.holds and tie.is_idle for tie in report.ties)


def test_a_mart_that_is_not_there_is_named(change: Callable[..., Path]) -> None:
    with pytest.raises(ReportDataError, match=r"no marts\.rpt_stage_conversion; run the daily"):
        view_of(change("drop table marts.rpt_stage_conversion"))


def test_amounts_without_a_rate_are_told_and_never_added(
    marts: Path, change: Callable[..., Path]
) -> None:
    paid = "payment_class = 'customer_payment'"
    report = view_of(
        change(f"update marts.fct_payments set currency = 'KZT' where {paid} and amount > 0")
    )
    (bank,) = (feed for feed in report.header.feeds if feed.name == "bank_1c")
    ((problem),) = bank.problems
    assert (problem.kind, problem.subject) == ("no_rate", "KZT")
    assert problem.rows > 0
    before = view_of(marts).headline
    assert before.money is not None
    assert report.headline.money is not None
    assert report.headline.money < before.money


def test_an_absent_file_and_a_broken_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReportDataError, match="no such file"), open_marts(tmp_path / "x.duckdb"):
        pass
    (tmp_path / "y.duckdb").write_text("not a database, but long enough to be read as one" * 99)
    with (
        pytest.raises(ReportDataError, match="cannot be opened"),
        open_marts(tmp_path / "y.duckdb"),
    ):
        pass


def test_a_pipeline_fed_by_others_gives_no_share_of_created(change: Callable[..., Path]) -> None:
    path = change(
        "update marts.rpt_stage_conversion set entered = 1"
        " where stage_order = 0 and pipeline_id = 2"
    )
    report = view_of(path)
    assert {p.name: p.takes_from_others for p in report.pipelines} == {
        "Продажи": False,
        "Повторные продажи": True,
    }
    drawn = build_figures(report, Wording("ru", "RUB")).pipelines[1]
    assert drawn is not None
    assert "%" not in drawn.wide
