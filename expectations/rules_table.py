"""``quality.rules``: every rule there is, in words, and how its last run went."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import pyarrow as pa

from expectations.rule import Rule
from expectations.runner import Outcome
from expectations.storing import ensure_columns, transaction

_TEXTS = (
    *("rule_id", "severity", "owner_role", "entity_type", "frame", "requirements"),
    *("title_ru", "fix_ru", "title_en", "fix_en"),
)
_COLUMNS = {
    **dict.fromkeys(_TEXTS, "text"),
    "is_run": "boolean",
    "checked": "bigint",
    "failing": "bigint",
    "money_at_stake": "decimal(18, 2)",
    "ran_at": "timestamptz",
}
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        *(("is_run", pa.bool_()), ("checked", pa.int64()), ("failing", pa.int64())),
        *(("money_at_stake", pa.decimal128(38, 2)), ("ran_at", pa.timestamp("us", "UTC"))),
    ]
)


def write_rules(
    con: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    outcomes: Iterable[Outcome],
    ran_at: datetime,
) -> int:
    """Write the table anew, a row per rule; how many there are.

    ``requirements`` are joined by a comma. A rule that did not run this time has no figures, and
    keeps the moment when it last ran.
    """
    by_id = {outcome.rule.id: outcome for outcome in outcomes}
    rows = [_row(rule, by_id.get(rule.id), ran_at) for rule in rules]
    con.register("rules_now", pa.Table.from_pylist(rows, schema=_SCHEMA))
    try:
        with transaction(con):
            ensure_columns(con, "quality.rules", _COLUMNS)
            con.execute(
                """
                create or replace table quality.rules as
                select n.* replace (
                    n.money_at_stake::decimal(18, 2) as money_at_stake,
                    coalesce(n.ran_at, r.ran_at) as ran_at
                )
                from rules_now as n left join quality.rules as r using (rule_id)
                order by n.rule_id
                """
            )
    finally:
        con.unregister("rules_now")
    return len(rows)


def _row(rule: Rule, outcome: Outcome | None, ran_at: datetime) -> dict[str, object]:
    return {
        "rule_id": rule.id,
        "severity": rule.severity,
        "owner_role": rule.owner_role,
        "entity_type": rule.entity,
        "frame": rule.frame,
        "requirements": ",".join(rule.requirements),
        "title_ru": rule.ru.title,
        "fix_ru": rule.ru.fix,
        "title_en": rule.en.title,
        "fix_en": rule.en.fix,
        "is_run": outcome is not None,
        "checked": None if outcome is None else outcome.checked,
        "failing": None if outcome is None else outcome.failing,
        "money_at_stake": None if outcome is None else outcome.money_at_stake,
        "ran_at": None if outcome is None else ran_at,
    }
