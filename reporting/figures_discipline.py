"""Charts of discipline: managers' money that something is wrong with, and the costliest rules."""

from functools import partial

from reporting.charts import Bar, bars
from reporting.i18n import Wording
from reporting.svg import Drawing, draw
from reporting.view import Findings, Scores

PEOPLE = 12  # of most money at stake; the table has all
RULES = 8


def draw_scores(scores: Scores, wording: Wording) -> Drawing | None:
    rows, said = [], []
    for row in [row for row in scores.managers if row.owned > 0][:PEOPLE]:
        name = row.title if row.title != "—" else wording.gettext("Nobody is responsible")
        score = wording.percent(row.score.value) if row.score.value is not None else "—"
        rows.append(Bar(name, "clean", float(row.owned), score))
        rows.append(Bar(name, "flagged", float(row.flagged_money)))
        wrong = wording.gettext("%(wrong)s of %(whole)s in deals with something wrong") % {
            "wrong": wording.money(row.flagged_money),
            "whole": wording.money(row.owned),
        }
        said.append(f"{name}: {score}, {wrong}")
    if not rows:
        return None
    return draw(
        "scores",
        wording.gettext("Money of deals by who answers for them, and their score"),
        "; ".join(said),
        partial(bars, rows, True),
    )


def draw_findings(findings: Findings, wording: Wording) -> Drawing | None:
    """The rules that put the most money at stake; advice is none of them."""
    rules = findings.costliest[:RULES]
    rows = [
        Bar(
            rule.title,
            "flagged",
            float(rule.money),
            f"{wording.compact(rule.money)} · {wording.count(rule.count)}",
        )
        for rule in rules
    ]
    if not rows:
        return None
    return draw(
        "findings",
        wording.gettext("What puts the most money at stake: money and number of findings"),
        "; ".join(f"{rule.title}: {wording.money(rule.money)}" for rule in rules),
        partial(bars, rows, True),
    )
