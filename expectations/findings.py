"""Outcomes into ``quality.findings``: a breach first seen, gone, and come back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from expectations.errors import FindingsError
from expectations.found import COLUMNS, KEY, LIFE, payloads, stage_keys
from expectations.runner import Outcome
from expectations.storing import ensure_columns, transaction

TABLE = "quality.findings"
_ALL = {**COLUMNS, **LIFE}
_NAMES = ", ".join(_ALL)


@dataclass(frozen=True)
class FindingsSummary:
    """What one write changed; ``open_now`` counts unresolved findings of all rules, run or not."""

    new: int
    reopened: int
    resolved: int
    open_now: int


def write_findings(
    con: duckdb.DuckDBPyConnection,
    outcomes: Iterable[Outcome],
    seen_at: datetime,
    known: Collection[str] | None = None,
) -> FindingsSummary:
    """Record outcomes in one transaction; either all of them are written or none.

    A finding keeps ``first_seen_at`` for good, is resolved when its rule ran without finding it,
    and is reopened when found again after that. Findings of rules that did not run stay untouched,
    unless the rule is not among ``known`` any more (None: all are): then nobody can mend them, and
    they are resolved. Writing the same outcomes at the same moment again changes nothing.

    Raises:
        FindingsError: ``seen_at`` has no zone, one rule comes twice, or a frame is no more what
            it was when it was judged.
    """
    if seen_at.tzinfo is None:
        raise FindingsError("seen_at has no zone; pass an aware datetime, e.g. settings.now()")
    listed = list(outcomes)
    ran = [outcome.rule.id for outcome in listed]
    if len(ran) != len(set(ran)):
        raise FindingsError("a rule stands twice among the outcomes; run each rule once")
    with transaction(con):
        ensure_columns(con, TABLE, _ALL)
        stage_keys(con, listed)
        return _merge(con, listed, seen_at, known)


def _merge(
    con: duckdb.DuckDBPyConnection,
    outcomes: Sequence[Outcome],
    seen_at: datetime,
    known: Collection[str] | None,
) -> FindingsSummary:
    """Write the table anew beside the old one: far cheaper than an index and single updates."""
    new, reopened, failing = _begin_lives(con, seen_at)
    columns = ", ".join(f"{name} {kind}" for name, kind in _ALL.items())
    con.execute(f"create table quality.findings_next ({columns})")
    written = 0
    for payload in payloads(con, outcomes):
        written += _numbers(
            con,
            f"insert into quality.findings_next ({_NAMES}) {payload}",
        )[0]
    if written != failing:
        raise FindingsError(
            f"{failing} rows failed but {written} of them are found in their frames; "
            "findings have to be written before models are built again"
        )
    over = _rules_that_may_resolve(con, outcomes, known)
    is_over = "f.resolved_at is null and list_contains($over, f.rule_id)"
    kept = (
        f"from (select {_NAMES} from quality.findings) as f"  # noqa: S608
        f" anti join found_now using ({', '.join(KEY)})"
    )
    (resolved,) = _numbers(con, f"select count(*) {kept} where {is_over}", {"over": over})
    con.execute(
        f"""
        insert into quality.findings_next
        select f.* replace (
            case when {is_over} then greatest(f.last_seen_at, $seen_at) else f.resolved_at end
                as resolved_at
        ) {kept}
        """,
        {"over": over, "seen_at": seen_at},
    )
    con.execute("drop table quality.findings")
    con.execute("alter table quality.findings_next rename to findings")
    con.execute("drop table found_keys")
    con.execute("drop table found_now")
    (open_now,) = _numbers(con, "select count(*) from quality.findings where resolved_at is null")
    return FindingsSummary(new, reopened, resolved, open_now)


def _begin_lives(con: duckdb.DuckDBPyConnection, seen_at: datetime) -> tuple[int, ...]:
    """Keys with their lives into ``found_now``; how many are new, come back, and there are."""
    con.execute(
        f"""
        create or replace temp table found_now as
        select
            k.*,
            coalesce(f.first_seen_at, $seen_at) as first_seen_at,
            greatest(f.last_seen_at, $seen_at) as last_seen_at,
            null::timestamptz as resolved_at,
            -- resolved and found in the same cut is a correction of that cut, not a comeback
            coalesce(f.resolved_at < $seen_at, false) as is_back,
            coalesce(f.reopened_count, 0) + is_back::bigint as reopened_count,
            f.rule_id is null as is_new
        from found_keys as k
        left join quality.findings as f using ({", ".join(KEY)})
        """,  # noqa: S608 - only constants of this module
        {"seen_at": seen_at},
    )
    return _numbers(
        con,
        "select count(*) filter (is_new), count(*) filter (is_back), count(*) from found_now",
    )


def _rules_that_may_resolve(
    con: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome], known: Collection[str] | None
) -> list[str]:
    """Rules that ran, and those that exist no more: what they do not find now is over."""
    found = con.execute("select distinct rule_id from quality.findings").fetchall()
    ran = {outcome.rule.id for outcome in outcomes}
    return sorted(id_ for (id_,) in found if id_ in ran or (known is not None and id_ not in known))


def _numbers(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
) -> tuple[int, ...]:
    row = con.execute(sql, dict(parameters or {})).fetchone()
    assert row is not None
    return tuple(int(value) for value in row)
