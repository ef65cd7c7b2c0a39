"""Outcomes into ``quality.findings``: a breach first seen, gone, and come back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa

from expectations.errors import FindingsError
from expectations.rule import Rule
from expectations.runner import Outcome, Row

_KEY = ("rule_id", "account_id", "entity_type", "entity_id")

# name, DuckDB type, Arrow type; what a frame's row has under the same name is copied as it is
_COLUMNS: tuple[tuple[str, str, pa.DataType], ...] = (
    ("rule_id", "text not null", pa.string()),
    ("severity", "text not null", pa.string()),
    ("entity_type", "text not null", pa.string()),
    ("entity_id", "text not null", pa.string()),
    ("account_id", "bigint not null", pa.int64()),
    ("deal_id", "bigint", pa.int64()),
    ("deal_url", "text", pa.string()),
    ("deal_name", "text", pa.string()),
    ("pipeline_id", "bigint", pa.int64()),
    ("pipeline_name", "text", pa.string()),
    ("stage_name", "text", pa.string()),
    ("responsible_user_id", "bigint", pa.int64()),
    ("responsible_name", "text", pa.string()),
    ("responsible_then_user_id", "bigint", pa.int64()),
    ("money_at_stake", "decimal(18, 2)", pa.decimal128(18, 2)),
    ("currency", "text", pa.string()),
    ("evidence", "text not null", pa.string()),
)
_LIFE = (
    ("first_seen_at", "timestamptz not null"),
    ("last_seen_at", "timestamptz not null"),
    ("resolved_at", "timestamptz"),
    ("reopened_count", "bigint not null"),
)


@dataclass(frozen=True)
class FindingsSummary:
    """What one write changed; ``open_now`` counts unresolved findings of all rules, run or not."""

    new: int
    reopened: int
    resolved: int
    open_now: int


def write_findings(
    con: duckdb.DuckDBPyConnection, outcomes: Iterable[Outcome], seen_at: datetime
) -> FindingsSummary:
    """Record outcomes in one transaction; either all of them are written or none.

    A finding keeps ``first_seen_at`` for good, is resolved when its rule ran without finding it,
    and is reopened when found again after that. Findings of rules that did not run stay untouched,
    and writing the same outcomes at the same moment again changes nothing.

    Raises:
        FindingsError: ``seen_at`` has no zone, or one rule comes twice.
    """
    if seen_at.tzinfo is None:
        raise FindingsError("seen_at has no zone; pass an aware datetime, e.g. settings.now()")
    listed = list(outcomes)
    ran = [outcome.rule.id for outcome in listed]
    if len(ran) != len(set(ran)):
        raise FindingsError("a rule stands twice among the outcomes; run each rule once")
    found = _as_table(listed)
    con.begin()
    try:
        _create(con)
        con.register("found_now", found)
        summary = _merge(con, ran, seen_at)
        con.commit()
    except BaseException:
        with suppress(duckdb.TransactionException):  # a failed commit has rolled back already
            con.rollback()
        raise
    finally:
        con.unregister("found_now")
    return summary


def _create(con: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind, *_ in (*_COLUMNS, *_LIFE))
    con.execute("create schema if not exists quality")
    con.execute(
        f"create table if not exists quality.findings ({columns}, primary key ({', '.join(_KEY)}))"
    )


def _merge(
    con: duckdb.DuckDBPyConnection, ran: Sequence[str], seen_at: datetime
) -> FindingsSummary:
    same = " and ".join(f"f.{name} = n.{name}" for name in _KEY)
    new, reopened = _row(
        con,
        f"""
        select count(*) filter (where f.rule_id is null),
               count(*) filter (where f.resolved_at < $seen_at)
        from found_now as n left join quality.findings as f on {same}
        """,  # noqa: S608 - only constants of this module
        {"seen_at": seen_at},
    )
    names = [name for name, *_ in _COLUMNS]
    refreshed = ", ".join(f"{name} = excluded.{name}" for name in names if name not in _KEY)
    con.execute(
        f"""
        insert into quality.findings as f
            ({", ".join(names)}, first_seen_at, last_seen_at, resolved_at, reopened_count)
        select {", ".join(names)}, $seen_at, $seen_at, null, 0 from found_now
        on conflict ({", ".join(_KEY)}) do update set
            {refreshed},
            last_seen_at = greatest(f.last_seen_at, excluded.last_seen_at),
            -- resolved and found in the same cut is a correction of that cut, not a comeback
            reopened_count = f.reopened_count
                + case when f.resolved_at < excluded.last_seen_at then 1 else 0 end,
            resolved_at = null
        """,  # noqa: S608
        {"seen_at": seen_at},
    )
    (resolved,) = _row(
        con,
        f"""
        update quality.findings as f set resolved_at = greatest(f.last_seen_at, $seen_at)
        where f.resolved_at is null and list_contains($ran, f.rule_id)
          and not exists (select 1 from found_now as n where {same})
        """,  # noqa: S608
        {"seen_at": seen_at, "ran": list(ran)},
    )
    (open_now,) = _row(con, "select count(*) from quality.findings where resolved_at is null", {})
    return FindingsSummary(new, reopened, resolved, open_now)


def _row(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object]
) -> tuple[int, ...]:
    row = con.execute(sql, dict(parameters)).fetchone()
    assert row is not None
    return tuple(int(value) for value in row)


def _as_table(outcomes: Iterable[Outcome]) -> pa.Table:
    rows = [_record(outcome.rule, row) for outcome in outcomes for row in outcome.failing]
    return pa.Table.from_pylist(rows, schema=pa.schema([(n, kind) for n, _, kind in _COLUMNS]))


def _record(rule: Rule, row: Row) -> dict[str, object]:
    record = {name: row.get(name) for name, *_ in _COLUMNS}
    record.update(
        rule_id=rule.id,
        severity=rule.severity,
        entity_type=rule.entity,
        # the account is a column of its own
        entity_id="/".join(str(row[name]) for name in rule.keys if name != "account_id"),
        money_at_stake=row[rule.money_column],
        evidence=_evidence(rule, row),
    )
    return record


def _evidence(rule: Rule, row: Row) -> str:
    """Compact JSON: the judged field, its value, what was expected, and what the row says of it."""
    beside = dict.fromkeys((*rule.applies_when, *rule.explains))
    return json.dumps(
        {
            "field": rule.column,
            "value": row[rule.column],
            "expectation": {rule.expectation: dict(rule.arguments)},
            "because": {name: row[name] for name in beside},
        },
        ensure_ascii=False,
        separators=(",", ":"),
        default=_plain,
    )


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")  # never through float
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in evidence")
