"""Failing rows of outcomes as rows of findings, made by DuckDB from the frames themselves."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import duckdb
import pyarrow as pa

from expectations.evidence import evidence_sql
from expectations.frames import column_types
from expectations.runner import Outcome

KEY = ("rule_id", "account_id", "entity_type", "entity_id")
COLUMNS: Mapping[str, str] = {
    "rule_id": "text",
    "severity": "text",
    "owner_role": "text",
    "entity_type": "text",
    "entity_id": "text",
    "entity_name": "text",
    "entity_url": "text",
    "account_id": "bigint",
    "deal_id": "bigint",
    "deal_url": "text",
    "deal_name": "text",
    "pipeline_id": "bigint",
    "pipeline_name": "text",
    "stage_id": "bigint",
    "stage_name": "text",
    "channel": "text",
    "responsible_user_id": "bigint",
    "responsible_name": "text",
    "responsible_then_user_id": "bigint",
    "responsible_then_name": "text",
    "money_at_stake": "decimal(18, 2)",
    "currency": "text",
    "evidence": "text",
}
LIFE: Mapping[str, str] = {
    "first_seen_at": "timestamptz",
    "last_seen_at": "timestamptz",
    "resolved_at": "timestamptz",
    "reopened_count": "bigint",
}
# what a frame may leave out, and what is said in its place
_INSTEAD = {"entity_name": "deal_name", "entity_url": "deal_url"}


def stage_keys(con: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome]) -> None:
    """Fill the temporary table ``found_keys``: a row per rule and failing entity."""
    con.execute(
        "create or replace temp table found_keys"
        " (number integer, rule_id text, account_id bigint, entity_type text, entity_id text)"
    )
    rules = [(n, outcome.rule.id, outcome.rule.entity) for n, outcome in enumerate(outcomes)]
    con.register("found_rules", _table(rules))
    try:
        for members in _by_frame(outcomes):
            keys = pa.concat_tables(
                outcomes[number].keys.append_column("number", _repeated(number, outcomes[number]))
                for number in members
            )
            con.register("found_here", keys)
            con.execute(
                f"""
                insert into found_keys
                select number, rule_id, account_id, entity_type, {_entity_id(outcomes[members[0]])}
                from found_here inner join found_rules using (number)
                """  # noqa: S608 - names of keys are constants of rule.py
            )
            con.unregister("found_here")
    finally:
        con.unregister("found_rules")


def payloads(con: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """For each frame with failing rows, a query of findings from the keys and lives in
    ``found_now``."""
    for members in _by_frame(outcomes):
        first = outcomes[members[0]]
        types = column_types(con, first.rule)
        told = {name: _column(name, kind, types) for name, kind in COLUMNS.items()}
        told |= {name: f"k.{name}" for name in (*KEY, *LIFE)}
        rules = {number: outcomes[number].rule for number in members}
        told["severity"] = _case({n: f"'{rule.severity}'" for n, rule in rules.items()})
        told["owner_role"] = _case({n: f"'{rule.owner_role}'" for n, rule in rules.items()})
        amounts = {n: f'f."{rule.money_column}"' for n, rule in rules.items()}
        told["money_at_stake"] = f"{_case(amounts)}::decimal(18, 2)"
        told["evidence"] = _case({n: evidence_sql(rule, types, "f") for n, rule in rules.items()})
        columns = ", ".join(f"{sql} as {name}" for name, sql in told.items())
        yield f"""
            select {columns}
            from (from found_now where number in ({", ".join(map(str, members))})) as k
            inner join {first.rule.frame} as f
                on k.account_id = f.account_id and k.entity_id = {_entity_id(first, "f.")}
        """  # noqa: S608


def _by_frame(outcomes: Sequence[Outcome]) -> Iterator[list[int]]:
    """Numbers of the outcomes that found something, frame by frame."""

    def frame(number: int) -> tuple[str, str]:
        return outcomes[number].rule.frame, outcomes[number].rule.entity

    failed = (number for number, outcome in enumerate(outcomes) if outcome.failing)
    for _, members in groupby(sorted(failed, key=frame), frame):
        yield list(members)


def _entity_id(outcome: Outcome, prefix: str = "") -> str:
    # the account is a column of its own
    names = [f'{prefix}"{name}"' for name in outcome.rule.keys if name != "account_id"]
    return f"concat_ws('/', {', '.join(names)})"


def _column(name: str, kind: str, types: Mapping[str, str]) -> str:
    source = name if name in types else _INSTEAD.get(name, name)
    return f'f."{source}"::{kind}' if source in types else f"null::{kind}"


def _case(branches: Mapping[int, str]) -> str:
    """One expression for all rules of a frame; the same for all of them needs no case."""
    if len(set(branches.values())) == 1:
        return next(iter(branches.values()))
    return f"case k.number {' '.join(f'when {n} then {sql}' for n, sql in branches.items())} end"


def _repeated(number: int, outcome: Outcome) -> pa.Array:
    return pa.repeat(pa.scalar(number, pa.int32()), outcome.failing)


def _table(rules: Sequence[tuple[int, str, str]]) -> pa.Table:
    schema = pa.schema(
        [("number", pa.int32()), ("rule_id", pa.string()), ("entity_type", pa.string())]
    )
    names = schema.names
    return pa.Table.from_pylist([dict(zip(names, rule, strict=True)) for rule in rules], schema)
