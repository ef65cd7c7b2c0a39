"""Frame in, outcomes out: judges rows with Great Expectations without ever losing a crash.

Great Expectations reports an exception inside an expectation as a mere "not success"; here it is an
error with the rule's name, because a check that did not run must not look like bad or good data.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import groupby
from operator import attrgetter, or_
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from expectations.errors import RuleCrashedError
from expectations.rule import Rule

Row = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """What one rule found.

    ``checked`` counts the rows the rule applies to; ``failing`` holds whole rows of the frame in
    the frame's order, with the types DuckDB gave (Decimal, date, aware datetime, None).
    """

    rule: Rule
    checked: int
    failing: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        return not self.failing

    @property
    def unexpected_percent(self) -> float | None:
        """Share of checked rows that fail, 0..100; None when there was nothing to check."""
        return 100 * len(self.failing) / self.checked if self.checked else None

    @property
    def money_at_stake(self) -> Decimal:
        """Exact sum over failing rows; a row with no amount adds nothing."""
        amounts = (row[self.rule.money_column] for row in self.failing)
        return sum((a for a in amounts if isinstance(a, Decimal)), Decimal(0))


def run_rules(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> list[Outcome]:
    """Judge all rules, each frame being read once; outcomes come in the order of ``rules``.

    Raises:
        RuleCrashedError: a frame is absent or has repeated keys, a column is absent, or an
            expectation raised; nothing is returned then.
    """
    ordered = list(rules)
    outcomes: dict[str, Outcome] = {}
    by_frame = attrgetter("frame", "entity")
    for (frame, _), members in groupby(sorted(ordered, key=by_frame), by_frame):
        of_frame = list(members)
        outcomes.update(_judge(_load(con, frame, of_frame), of_frame))
    return [outcomes[rule.id] for rule in ordered]


def _load(con: duckdb.DuckDBPyConnection, frame: str, rules: Sequence[Rule]) -> pa.Table:
    try:
        # the name is checked against a pattern when the rule is made
        table = con.execute(f"select * from {frame}").to_arrow_table()  # noqa: S608
    except duckdb.Error as error:
        raise RuleCrashedError(
            f"Rule {rules[0].id}: cannot read {frame} ({_first_line(error)}); build models first"
        ) from error
    for rule in rules:
        needed = {*rule.keys, rule.column, rule.money_column, *rule.applies_when, *rule.explains}
        absent = sorted(needed - set(table.column_names))
        if absent:
            raise RuleCrashedError(
                f"Rule {rule.id}: {frame} has no column {', '.join(absent)}; "
                "correct the rule or the model"
            )
    return table


def _judge(table: pa.Table, rules: Sequence[Rule]) -> dict[str, Outcome]:
    positions = _positions(table, rules[0])
    results = _validate(table, rules)
    outcomes = {}
    for rule in rules:
        result = results[rule.id]
        bad = sorted(positions[_key(item, rule)] for item in result["unexpected_index_list"])
        failing = tuple(table.take(bad).to_pylist()) if bad else ()
        outcomes[rule.id] = Outcome(rule, int(result["element_count"]), failing)
    return outcomes


def _positions(table: pa.Table, rule: Rule) -> dict[tuple[object, ...], int]:
    columns = [table.column(name).to_pylist() for name in rule.keys]
    positions = {key: row for row, key in enumerate(zip(*columns, strict=True))}
    if len(positions) != table.num_rows:
        raise RuleCrashedError(
            f"Rule {rule.id}: {rule.frame} has {table.num_rows} rows but {len(positions)} distinct "
            f"{' + '.join(rule.keys)}; a frame needs one row per {rule.entity}"
        )
    return positions


def _key(item: Mapping[str, object], rule: Rule) -> tuple[object, ...]:
    return tuple(item[name] for name in rule.keys)


def _validate(table: pa.Table, rules: Sequence[Rule]) -> dict[str, dict[str, Any]]:
    """Run one suite over one frame; the results by rule id."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # takes seconds and 200 MB, so only when something is judged
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset(rules[0].frame)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
        batch_parameters={"dataframe": _as_pandas(table)}
    )
    suite = gx.ExpectationSuite(rules[0].frame)
    for rule in rules:
        try:
            suite.add_expectation_configuration(_configuration(rule))
        except Exception as error:  # whatever it is, the rule cannot run
            raise RuleCrashedError(f"Rule {rule.id}: {_first_line(error)}") from error
    report = batch.validate(
        suite,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": list(rules[0].keys),
            "return_unexpected_index_query": False,
        },
    )
    results = {}
    for item in report.results:
        rule_id = item.expectation_config.meta["rule"]
        if reason := _exception(item.exception_info):
            raise RuleCrashedError(f"Rule {rule_id} crashed, so the data is unchecked: {reason}")
        results[rule_id] = item.result
    return results


def _as_pandas(table: pa.Table) -> pd.DataFrame:
    # Arrow types keep decimals exact; plain pandas would turn them into floats or objects.
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    flags = [f.name for f in table.schema if pa.types.is_boolean(f.type)]
    # the expectation would skip a NULL, and so call an unknown flag fulfilled
    filled: pd.DataFrame = frame.fillna(dict.fromkeys(flags, False))
    return filled


def _configuration(rule: Rule) -> Any:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.row_conditions import Column

    arguments: dict[str, Any] = {"column": rule.column, **rule.arguments}
    if rule.applies_when:
        conditions = [Column(name) == True for name in rule.applies_when]  # noqa: E712
        arguments["row_condition"] = reduce(or_, conditions)
    return ExpectationConfiguration(type=rule.expectation, kwargs=arguments, meta={"rule": rule.id})


def _exception(info: Mapping[str, Any]) -> str | None:
    """The reason an expectation raised, or None; it may be nested per metric."""
    nested = [info, *(part for part in info.values() if isinstance(part, Mapping))]
    for part in nested:
        if part.get("raised_exception"):
            message = str(part.get("exception_message") or "").strip()
            trace = str(part.get("exception_traceback") or "").strip()
            return (message or trace).splitlines()[-1] if message or trace else "unknown reason"
    return None


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
