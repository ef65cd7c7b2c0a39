"""The report against the one before: what it told then, what it tells now, and what happened."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

import duckdb

from reporting.sections.discipline.tables import told_days
from reporting.sections.money import kind_of
from reporting.view.changes import Changes, Move, RuleMove
from reporting.view.findings import RuleSummary

_HISTORY = """
select
    metric, key,
    coalesce(sum(value) filter (where told_on = $since), 0),
    coalesce(sum(value) filter (where told_on = $on), 0),
    coalesce(sum(n) filter (where told_on = $since), 0),
    coalesce(sum(n) filter (where told_on = $on), 0)
from quality.headline_history
where
    told_on in ($since, $on)
    and coalesce(currency, getvariable('company_currency')) = getvariable('company_currency')
group by metric, key
order by metric, key
"""

# rules that ran when the report before was made
_REMEMBERED = """
select distinct key from quality.headline_history where metric = 'findings' and told_on = ?
"""

_Story = dict[str, list[Move]]


def read(
    con: duckdb.DuckDBPyConnection,
    channels: Mapping[str, str],
    rules: Sequence[RuleSummary],
) -> Changes:
    """``channels`` are titles; ``rules`` every rule with what came and went since last time."""
    on, since = told_days(con)
    if on is None or since is None:
        return Changes(on=on)
    told: _Story = {}
    for metric, key, *sums in con.execute(_HISTORY, {"on": on, "since": since}).fetchall():
        before, after, n_before, n_after = sums
        move = Move(key, channels.get(key, key), before, after, int(n_before), int(n_after))
        told.setdefault(metric, []).append(move)
    remembered = {key for (key,) in con.execute(_REMEMBERED, [since]).fetchall()}
    revenue = told.get("net_revenue", [])
    buckets = [move for move in told.get("money_bucket", []) if _is_of_customers(move.key)]
    spend = told.get("spend_bucket", [])
    return Changes(
        on=on,
        since=since,
        money=_total("money", revenue),
        parts=_parts(revenue),
        buckets=_moved(buckets),
        spend=_total("spend", spend),
        spend_buckets=_moved(spend),
        channels=_moved(revenue),
        deals=_only(told, "deals"),
        score=_only(told, "score"),
        rules=tuple(_rules(told.get("findings", []), remembered, rules)),
    )


def _parts(revenue: Iterable[Move]) -> tuple[Move, ...]:
    """Customers' money by how well it is explained, as the head of the page has it."""
    sums: dict[str, Move] = {}
    for move in revenue:
        kind = kind_of(move.key)
        one = sums.get(kind, Move(kind, kind, Decimal(0), Decimal(0), 0, 0))
        sums[kind] = _sum(kind, [one, move])
    return tuple(
        sums[kind] for kind in ("known", "unassigned", "no_source", "no_deal") if kind in sums
    )


def _sum(key: str, moves: Sequence[Move]) -> Move:
    return Move(
        key,
        key,
        sum((move.before for move in moves), Decimal(0)),
        sum((move.after for move in moves), Decimal(0)),
        sum(move.n_before for move in moves),
        sum(move.n_after for move in moves),
    )


def _total(key: str, moves: Sequence[Move]) -> Move | None:
    return _sum(key, moves) if moves else None


def _is_of_customers(bucket: str) -> bool:
    return bucket == "allocated" or bucket.startswith(("by_", "unallocated_"))


def _moved(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Every row, what moved most first: a row that stands still belongs to the sum too."""
    return tuple(sorted(moves, key=lambda move: (-abs(move.change), -abs(move.after), move.key)))


def _only(told: _Story, metric: str) -> Move | None:
    return next(iter(told.get(metric, [])), None)


def _rules(
    history: Sequence[Move], remembered: Collection[str], rules: Sequence[RuleSummary]
) -> Iterable[RuleMove]:
    """What came back is told by nobody: it is what balances a rule's own account."""
    then = {move.key: move for move in history if move.key in remembered}
    moves = []
    for rule in rules:
        old = then.get(rule.rule_id)
        new, mended = rule.new or 0, rule.mended or 0
        # a rule that did not run then has no row: what is not new was there all the time
        unseen = rule.count - new + mended
        before, money = (
            (old.n_before, old.before) if old else (unseen, rule.money if unseen else Decimal(0))
        )
        returned = max(rule.count - before - new + mended, 0)
        moves.append(
            RuleMove(
                rule.title,
                rule.severity == "advice",
                before,
                new,
                returned,
                # one that is gone although nobody saw it mended: its rule is gone, or does not run
                before + new + returned - rule.count,
                rule.count,
                money,
                rule.money,
            )
        )
    return sorted(moves, key=lambda m: (-abs(m.money_change), -(m.new + m.mended), m.title))
