"""A frame as the judge needs it: keys, judged columns and amounts, nothing else of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from expectations.errors import RuleCrashedError
from expectations.rule import Rule

Row = Mapping[str, object]
# what a sample shows beside the keys, where the frame has it
_SHOWN = ("entity_name", "deal_name", "entity_url", "deal_url", "money_at_stake")


@dataclass(frozen=True)
class Frame:
    """Columns of one relation by name, in the relation's order of rows.

    ``judged`` has booleans without NULL (what is not known is false) and other columns as they are.
    """

    name: str
    types: Mapping[str, str]
    keys: pa.Table
    judged: pa.Table
    amounts: pa.Table


def read_frame(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> Frame:
    """Read what the rules of one frame and entity need of it, every row once.

    Raises:
        RuleCrashedError: the frame or a column is absent, a column has the wrong type, or a key is
            repeated or NULL.
    """
    first = rules[0]
    types = column_types(con, first)
    for rule in rules:
        _ensure_columns(rule, types)
    judged = dict.fromkeys(name for rule in rules for name in (rule.column, *rule.applies_when))
    amounts = dict.fromkeys(rule.money_column for rule in rules)
    _ensure_keys(con, first)
    columns = [
        *(f'"{name}"' for name in first.keys),
        *(
            f'coalesce("{name}", false) as "{name}"' if types[name] == "BOOLEAN" else f'"{name}"'
            for name in judged
        ),
        *(f'"{name}"' for name in amounts),
    ]
    # one query, so that a position means the same row in all three
    whole = con.execute(f"select {', '.join(columns)} from {first.frame}").to_arrow_table()  # noqa: S608
    ends = (len(first.keys), len(first.keys) + len(judged))
    return Frame(
        first.frame,
        types,
        whole.select(range(ends[0])).combine_chunks(),
        whole.select(range(*ends)),
        whole.select(range(ends[1], whole.num_columns)).combine_chunks(),
    )


def column_types(con: duckdb.DuckDBPyConnection, rule: Rule) -> dict[str, str]:
    """Types of the columns of the rule's frame.

    Raises:
        RuleCrashedError: there is no such relation.
    """
    try:
        # the name is checked against a pattern when the rule is made
        described = con.execute(f"describe select * from {rule.frame}").fetchall()  # noqa: S608
    except duckdb.Error as error:
        raise RuleCrashedError(
            f"Rule {rule.id}: cannot read {rule.frame} ({first_line(error)}); build models first"
        ) from error
    return {str(name): str(kind) for name, kind, *_ in described}


def read_rows(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], types: Mapping[str, str], keys: pa.Table
) -> list[Row]:
    """Rows of those keys as DuckDB gives them, in the order of the keys; a key may repeat."""
    first = rules[0]
    wanted = dict.fromkeys((*first.keys, *_SHOWN))
    for rule in rules:
        wanted |= dict.fromkeys((rule.column, *rule.applies_when, *rule.explains))
        wanted[rule.money_column] = None
    columns = ", ".join(f'f."{name}"' for name in wanted if name in types)
    numbered = keys.append_column("position", pa.array(range(keys.num_rows), pa.int64()))
    con.register("sampled_keys", numbered)
    try:
        same = ", ".join(f'"{name}"' for name in first.keys)
        rows: list[Row] = (
            con.execute(
                f"select {columns} from {first.frame} as f inner join sampled_keys as s"  # noqa: S608
                f" using ({same}) order by s.position"
            )
            .to_arrow_table()
            .to_pylist()
        )
    finally:
        con.unregister("sampled_keys")
    return rows


def _ensure_columns(rule: Rule, types: Mapping[str, str]) -> None:
    needed = {*rule.keys, rule.column, rule.money_column, *rule.applies_when, *rule.explains}
    absent = sorted(needed - set(types))
    if absent:
        raise RuleCrashedError(
            f"Rule {rule.id}: {rule.frame} has no column {', '.join(absent)}; "
            "correct the rule or the model"
        )
    for names, kind in ((rule.applies_when, "BOOLEAN"), ((rule.money_column,), "DECIMAL")):
        for name in names:
            if not types[name].startswith(kind):
                raise RuleCrashedError(
                    f"Rule {rule.id}: {name} of {rule.frame} is {types[name]}, not {kind}; "
                    "correct the rule or the model"
                )


def _ensure_keys(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    keys = ", ".join(f'"{name}"' for name in rule.keys)
    unknown = " or ".join(f'"{name}" is null' for name in rule.keys)
    counted = con.execute(
        f"""
        select sum(members), count(*), coalesce(sum(members) filter (where {unknown}), 0)
        from (select {keys}, count(*) as members from {rule.frame} group by {keys})
        """  # noqa: S608
    ).fetchone()
    rows, distinct, nameless = counted or (0, 0, 0)
    if (rows or 0) != distinct:
        raise RuleCrashedError(
            f"Rule {rule.id}: {rule.frame} has {rows} rows but {distinct} distinct "
            f"{' + '.join(rule.keys)}; a frame needs one row per {rule.entity}"
        )
    if nameless:
        raise RuleCrashedError(
            f"Rule {rule.id}: {rule.frame} has {nameless} rows with NULL in "
            f"{' + '.join(rule.keys)}; every {rule.entity} needs a key"
        )


def first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
