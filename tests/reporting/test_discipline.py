"""Findings, the score and what has changed, against sums made from the rows."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.view import Report
from reporting.view.findings import RuleSummary
from tests.reporting.conftest import view_of
from tests.reporting.discipline import BUCKETS, GREW, OPEN_YESTERDAY, SPEND
from tests.reporting.discipline_rows import SCORES, TODAY, YESTERDAY, money
from tests.reporting.rows import expected_net

TABLES = ("rules", "discipline_scores", "headline_history", "rpt_four_fields")


def rules_of(report: Report) -> dict[str, RuleSummary]:
    return {rule.rule_id: rule for rule in (*report.findings.rules, *report.findings.advice)}


def test_findings_are_grouped_and_a_deal_counts_once(report: Report) -> None:
    found = report.findings
    assert (found.deals, found.money) == (4, Decimal("281211.74"))
    assert found.money == money(101, 102, 103, 104)
    managers = {m.name: (m.user_id, m.deals, m.money) for m in found.managers}
    assert managers == {
        "Анна Соколова": (21, 2, Decimal("238000.75")),
        None: (None, 1, Decimal("43210.99")),
        "Борис Ким": (22, 1, Decimal("0.00")),
    }
    costliest = found.managers[0].rows[0]
    titles = [breach.title for breach in costliest.breaches]
    assert titles == ["Сделка без источника", "Нет даты оплаты"]
    assert str(costliest.first_seen_on) == "2026-10-21"  # 22:30 UTC is the next day in Moscow
    assert "Тихое правило" in found.quiet
    assert found.idle == ("Итоги выписки не сходятся",)


def test_advice_adds_no_deal_and_no_money(report: Report, change: Callable[..., Path]) -> None:
    assert [rule.rule_id for rule in report.findings.advice] == ["deal_auto_named"]
    without = view_of(change("delete from quality.findings where severity = 'advice'")).findings
    assert (without.deals, without.money) == (report.findings.deals, report.findings.money)
    assert {m.name: m.deals for m in without.managers} == {
        m.name: m.deals for m in report.findings.managers
    }


def test_money_of_another_nature_is_told_apart(report: Report) -> None:
    found = report.findings
    assert (found.payments, found.spend) == (Decimal("75000.10"), Decimal("20000.00"))
    roles = {role.role: role for role in found.roles}
    assert list(roles) == ["responsible", "supervisor", "marketing", "accountant"]
    assert roles["accountant"].payments_money == Decimal("75000.10")  # two rules, one payment
    assert roles["accountant"].deals_money == 0
    assert roles["responsible"].deals_money == found.money
    kinds = {kind.kind: (kind.count, len(kind.rows)) for kind in found.others}
    assert kinds == {
        **{"mark": (3, 3), "stage": (3, 3), "payment": (1, 1), "contact": (1, 1)},
        **{"campaign": (1, 1), "user": (1, 1)},
    }


def test_things_that_overlap_are_not_added(report: Report) -> None:
    found = rules_of(report)
    assert found["bucket_stage"].money == Decimal("250.00")  # two stages, not their pipeline
    assert found["utm_letter_case"].money == Decimal("30.00")  # the dearer of two marks
    assert found["payment_no_deal"].money == Decimal("75000.10")


def test_a_rule_tells_what_is_new_mended_and_how_fast(report: Report) -> None:
    found = rules_of(report)
    task, field = found["open_no_task"], found["required_field_empty"]
    assert (task.count, task.checked, task.new, task.mended) == (1, 425, 1, 1)
    assert (task.days.value, task.mended_ever) == (Decimal(10), 1)
    assert (field.new, field.mended, field.days.why) == (1, 0, "nothing_mended")
    assert found["deal_no_source"].new == 0
    # mended long before yesterday: it counts for how fast, not for what is new
    assert (found["deal_no_source"].mended, found["deal_no_source"].mended_ever) == (0, 1)


def test_checks_that_never_ran_are_not_good_news(change: Callable[..., Path]) -> None:
    assert not view_of(change("drop table quality.findings")).findings.checked


def test_a_copy_of_an_earlier_version_is_read(change: Callable[..., Path]) -> None:
    columns = ("owner_role", "entity_name", "entity_url", "responsible_then_name", "channel")
    old = view_of(
        change(
            *(f"drop table quality.{table}" for table in TABLES),
            "delete from quality.findings where entity_type <> 'deal' or rule_id = 'open_no_task'",
            *(f"alter table quality.findings drop column {column}" for column in columns),
        )
    )
    assert (old.findings.deals, old.findings.money) == (4, Decimal("281211.74"))
    assert old.scores.company is None
    assert old.fields.total is None
    assert (old.changes.on, old.changes.since) == (None, None)
    assert rules_of(old)["deal_no_source"].checked is None


def test_scores_are_the_marts_own(report: Report) -> None:
    scores = report.scores
    assert scores.on == TODAY
    rows = {("manager", row.key): row for row in scores.managers}
    rows |= {("pipeline", row.key): row for row in scores.pipelines}
    rows |= {("channel", row.key): row for row in scores.channels}
    assert scores.company is not None
    rows["all", scores.company.key] = scores.company
    assert len(rows) == len(SCORES)
    for dimension, key, _, deals, flagged, owned, wrong in SCORES:
        row = rows[dimension, key]
        assert (row.deals, row.flagged, row.owned) == (deals, flagged, Decimal(owned))
        assert row.flagged_money == Decimal(wrong)
        assert [point.on for point in row.trend][-2:] == [YESTERDAY, TODAY]
        if Decimal(owned):
            assert row.score.value == (Decimal(owned) - Decimal(wrong)) / Decimal(owned)
    company = scores.company
    assert company.change.value is not None
    assert company.change.value > 0
    assert rows["manager", "23"].score.why == "no_owned"
    assert rows["manager", "—"].user_id is None


def test_the_first_day_has_no_earlier_report(change: Callable[..., Path]) -> None:
    first = view_of(
        change(
            *(
                f"delete from quality.{table} where {day} < date '{TODAY}'"
                for table, day in (
                    ("discipline_scores", "scored_on"),
                    ("headline_history", "told_on"),
                )
            )
        )
    )
    assert first.scores.company is not None
    assert first.scores.company.change.why == "no_earlier"
    assert (first.changes.on, first.changes.since, first.changes.rules) == (TODAY, None, ())
    assert rules_of(first)["open_no_task"].new is None


def test_what_to_mend_first_is_by_who_answered(report: Report) -> None:
    fixes = {
        row.key: [(f.rule_id, f.deals, f.money) for f in row.fixes]
        for row in report.scores.managers
    }
    assert fixes["21"][0] == ("won_no_payment_date", 2, Decimal("238000.75"))
    assert [rule for rule, *_ in fixes["22"]] == ["won_no_price"]  # who closed has the other one


def test_four_fields_are_the_marts_own(report: Report) -> None:
    fields = report.fields
    assert fields.total is not None
    assert (fields.total.deals, fields.total.having) == (400, (1, 2, 3, 4, 390))
    assert fields.total.score.value == Decimal("0.9875")
    assert fields.channels[0].title == "Контекстная реклама"
    assert fields.channels[0].weighted.why == "no_owned"
    assert fields.total.share(4) == Decimal(390) / 400


def test_changes_are_the_difference_of_two_days(report: Report) -> None:
    changes = report.changes
    assert (changes.since, changes.on) == (YESTERDAY, TODAY)
    assert changes.money is not None
    assert changes.money.after == expected_net() == report.headline.money
    assert changes.money.change == sum(GREW.values(), Decimal(0))
    assert changes.explained_after.value == report.headline.known.share.value
    parts = {part.key: part.change for part in changes.parts}
    assert parts == {
        **{"known": GREW["paid_search"], "no_deal": GREW["unallocated"]},
        **{"unassigned": Decimal(0), "no_source": Decimal(0)},
    }
    for moves, told in ((changes.buckets, BUCKETS), (changes.spend_buckets, SPEND)):
        assert {move.key: (str(move.before), str(move.after)) for move in moves} == told
    assert changes.deals is not None
    assert changes.deals.n_after - changes.deals.n_before == 10


def test_the_account_of_every_rule_balances(report: Report) -> None:
    moves = {move.title: move for move in report.changes.moved}
    for move in moves.values():
        assert move.before + move.new + move.returned - move.mended == move.after
        assert min(move.new, move.returned, move.mended) >= 0
    task = moves["Сделка без задачи"]
    assert (task.before, task.new, task.returned, task.mended, task.after) == (1, 1, 0, 1, 1)
    assert OPEN_YESTERDAY["deal_no_source"][0] == 2
    assert "Сделка без источника" not in moves  # the same two deals, the same money
    # it stands open since long ago, but yesterday's report did not have it
    assert moves["Нет даты оплаты"].returned == 2
    # a rule that yesterday's report does not remember has neither lost nor regained anything
    assert "Этап-накопитель" not in moves


@pytest.mark.parametrize("language", ["ru", "en"])
def test_titles_of_the_table_serve_where_the_caller_has_none(marts: Path, language: str) -> None:
    found = rules_of(view_of(marts, language))  # type: ignore[arg-type]
    title = {"ru": "Сделка без задачи", "en": "open_no_task"}[language]
    assert found["open_no_task"].title == title
