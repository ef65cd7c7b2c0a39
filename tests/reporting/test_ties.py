"""The mart of ties says what the page says, and its blockers fail where totals differ."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_rules
from expectations.suites.ties import RULES
from reporting.data import open_marts
from reporting.view import Report

_FIRST = "rowid = (select min(rowid) from marts.{0} where {1})"
BREAKS = {
    "leads_untied": ("leads", "rpt_leads_by_source", "leads = leads + 1", "true"),
    "credit_untied": ("credit", "rpt_manager_credit", "closer_price = closer_price + 0.01", "true"),
    "losses_untied": ("losses", "rpt_loss_reasons", "deals = deals + 1", "true"),
    "revenue_untied": (
        *("money_ledger", "rpt_payment_ledger", "amount = amount - 0.01"),
        "bucket = 'allocated'",
    ),
    "spend_untied": (
        *("spend_ledger", "rpt_spend_ledger", "amount = amount - 0.01"),
        "bucket <> 'rounding'",
    ),
}
COUNTS = ("leads", "losses")


def test_first_totals_are_those_of_the_page_itself(report: Report) -> None:
    cash, cohort = report.money.cash.total, report.money.cohort.total
    assert report.ledgers.payments is not None
    assert report.ledgers.spend is not None
    assert {tie.kind: tie.left for tie in report.ties} == {
        "leads": report.headline.leads,
        "credit": report.sales.credit.total.closer.value,
        "losses": report.sales.losses.total.deals,
        "money_cash": cash.net,
        "money_cohort": cohort.net,
        "money_payback": report.payback.channels.total.net,
        "money_models": report.attribution.totals[0],
        "money_ledger": report.ledgers.payments.total.amount,
        "spend_cash": cash.spend,
        "spend_cohort": cohort.spend,
        "spend_payback": report.payback.channels.total.spend,
        "spend_ledger": report.ledgers.spend.total.amount,
    }
    right = {tie.kind: tie.right for tie in report.ties}
    assert right["leads"] == sum(pipeline.created for pipeline in report.pipelines)
    assert right["money_cash"] == report.headline.money


def test_nothing_is_found_where_all_totals_agree(marts: Path) -> None:
    with open_marts(marts) as con:
        outcomes = run_rules(con, RULES)
    assert [(o.rule.id, o.checked, o.passed) for o in outcomes] == [
        ("leads_untied", 1, True),
        ("credit_untied", 1, True),
        ("losses_untied", 1, True),
        ("revenue_untied", 5, True),
        ("spend_untied", 4, True),
    ]


@pytest.mark.parametrize("rule_id", sorted(BREAKS))
def test_a_kopeck_or_a_deal_too_many_breaks_a_tie_of_its_rule(
    change: Callable[..., Path], rule_id: str
) -> None:
    tie, table, set_to, where = BREAKS[rule_id]
    path = change(f"update marts.{table} set {set_to} where {_FIRST.format(table, where)}")
    flag = f"is_{rule_id.removesuffix('_untied')}"
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(
            f"select tie_id, {flag}, money_at_stake from quality.fct_report_ties where not is_tied"
        ).fetchall()
    assert rows == [(tie, True, Decimal(0) if tie in COUNTS else Decimal("0.01"))]
    rule = next(rule for rule in RULES if rule.id == rule_id)
    assert (rule.applies_when, rule.column) == ((flag,), "is_tied")
    assert f"marts.{table}" in rule.concerns


def test_what_has_nothing_on_either_side_is_no_row(empty_marts: Path) -> None:
    with open_marts(empty_marts) as con:
        assert con.execute("select * from quality.fct_report_ties").fetchall() == []
