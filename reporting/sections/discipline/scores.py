"""The score of discipline by manager, pipeline and channel, with its past."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from reporting.ratio import Ratio
from reporting.sections.discipline.breaches import Breach, grouped, rule_money
from reporting.sections.discipline.tables import columns
from reporting.view.scores import Hidden, ScorePoint, ScoreRow, Scores

DAYS = 30  # of the trend
FIXES = 3  # of one manager

# Sums over accounts; the ratio is made of them anew.
_SCORES = """
select
    scored_on, dimension, dimension_key, max(dimension_title), sum(deals), sum(flagged_deals),
    sum(owned_money), sum(flagged_money)
from quality.discipline_scores
where
    coalesce(currency, getvariable('company_currency')) = getvariable('company_currency')
    and scored_on in (
        select distinct scored_on from quality.discipline_scores order by scored_on desc limit ?
    )
group by scored_on, dimension, dimension_key
order by scored_on
"""

_Sums = tuple[int, int, Decimal, Decimal]


def read(
    con: duckdb.DuckDBPyConnection,
    titles: Mapping[str, str],
    breaches: Sequence[Breach],
    rules: Mapping[str, str],
) -> Scores:
    """``titles`` are of channels, ``rules`` of rules, ``breaches`` all that are open."""
    if not columns(con, "discipline_scores"):
        return Scores()
    past: dict[tuple[str, str], dict[date, _Sums]] = defaultdict(dict)
    names: dict[tuple[str, str], str] = {}
    for on, dimension, key, title, deals, flagged, owned, hidden in con.execute(
        _SCORES, [DAYS]
    ).fetchall():
        names[dimension, key] = titles.get(key, title or key) if dimension == "channel" else title
        past[dimension, key][on] = int(deals), int(flagged), owned, hidden
    if not past:
        return Scores()
    latest = max(on for days in past.values() for on in days)
    fixes = _fixes(breaches, rules)
    rows: dict[str, list[ScoreRow]] = defaultdict(list)
    for (dimension, key), days in past.items():
        if latest in days:
            own = fixes.get(key, ()) if dimension == "manager" else ()
            rows[dimension].append(_row(key, names[dimension, key] or key, days, latest, own))
    for listed in rows.values():
        listed.sort(key=lambda row: (-row.flagged_money, -row.flagged, -row.owned, row.title))
    return Scores(
        on=latest,
        company=next(iter(rows["all"]), None),
        managers=tuple(rows["manager"]),
        pipelines=tuple(rows["pipeline"]),
        channels=tuple(rows["channel"]),
    )


def _row(
    key: str, title: str, days: Mapping[date, _Sums], latest: date, fixes: Iterable[Hidden]
) -> ScoreRow:
    deals, flagged, owned, hidden = days[latest]
    trend = tuple(ScorePoint(on, _score(days[on])) for on in sorted(days))
    return ScoreRow(
        key, title, deals, flagged, owned, hidden, _score(days[latest]), trend, tuple(fixes)
    )


def _score(sums: _Sums) -> Ratio:
    deals, _, owned, hidden = sums
    if not deals:
        return Ratio(None, "no_deals_here")
    return Ratio.of(owned - hidden, owned, "no_owned", "no_owned")


def _fixes(breaches: Iterable[Breach], rules: Mapping[str, str]) -> dict[str, tuple[Hidden, ...]]:
    """By whoever answers for the deal, as the score is: at the closing of a deal, else now."""
    own = [b for b in breaches if b.is_of_deal and not b.is_advice]
    found = {}
    for user, of_user in grouped(own, lambda breach: breach.then_id).items():
        hidden = [
            Hidden(str(rule), rules.get(str(rule), str(rule)), _deals(of_rule), rule_money(of_rule))
            for rule, of_rule in grouped(of_user, lambda breach: breach.rule_id).items()
        ]
        hidden.sort(key=lambda rule: (-rule.money, -rule.deals, rule.title))
        found[str(user)] = tuple(hidden[:FIXES])
    return found


def _deals(breaches: Iterable[Breach]) -> int:
    return len(grouped(breaches, lambda breach: breach.deal))
