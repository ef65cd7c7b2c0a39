"""Great Expectations over one frame: which rows break which rule, and never a crash unseen.

Great Expectations reports an exception inside an expectation as a mere "not success"; here it is an
error with the rule's name, because a check that did not run must not look like bad or good data.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from expectations.errors import RuleCrashedError
from expectations.frames import first_line
from expectations.rule import IS_IN_SET, Rule

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

# Positions of failing rows come as integers of the default index, by far the cheapest form; the
# values themselves would only say "false" so many times.
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}
_SEVERITIES = {"blocker": "critical", "error": "critical", "warning": "warning", "advice": "info"}


@dataclass(frozen=True)
class Verdict:
    """One rule over one frame: rows it applies to, positions of those that fail, GX's own words.

    ``validation`` has counts and no lists, so it stays small whatever the frame.
    """

    checked: int
    failing: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    validation: "ExpectationValidationResult"


def judge(judged: pa.Table, rules: Sequence[Rule]) -> dict[str, Verdict]:
    """Run one suite over one frame; verdicts by rule id.

    Raises:
        RuleCrashedError: an expectation is unknown, or raised.
    """
    context = quiet_context()
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(rules[0].frame)
    for rule in rules:
        try:
            # the suite's own way of adding lets a rule take the place of another on its column
            suite.expectations.append(configuration(rule).to_domain_obj())
        except Exception as error:  # whatever it is, the rule cannot run
            raise RuleCrashedError(f"Rule {rule.id}: {first_line(error)}") from error
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset(rules[0].frame)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
        batch_parameters={"dataframe": _as_pandas(judged)}
    )
    report = batch.validate(suite, result_format=_RESULT_FORMAT)
    verdicts = {}
    for item in report.results:
        rule_id = item.expectation_config.meta["rule"]
        if reason := _exception(item.exception_info):
            raise RuleCrashedError(f"Rule {rule_id} crashed, so the data is unchecked: {reason}")
        if "unexpected_index_list" not in item.result:
            raise RuleCrashedError(
                f"Rule {rule_id}: {item.expectation_config.type} does not name the rows that fail; "
                "take an expectation about the values of a column"
            )
        positions = np.asarray(item.result.pop("unexpected_index_list"), dtype=np.int64)
        positions.sort()
        item.result.pop("partial_unexpected_index_list", None)
        verdicts[rule_id] = Verdict(int(item.result["element_count"]), positions, item)
    return verdicts


def quiet_context() -> Any:
    """A context in memory, without telemetry and progress bars.

    Great Expectations takes seconds and 200 MB to import, so only when something is judged.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def configuration(rule: Rule) -> Any:
    """The rule as Great Expectations writes it down."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.row_conditions import Column

    arguments: dict[str, Any] = {"column": rule.column, **rule.judged_by}
    if rule.applies_when:
        conditions = [Column(name) == True for name in rule.applies_when]  # noqa: E712
        arguments["row_condition"] = reduce(or_, conditions)
    return ExpectationConfiguration(
        type=rule.expectation,
        kwargs=arguments,
        meta={"rule": rule.id},
        description=f"{rule.en.title} ({rule.id}): {_wording(rule)}",
        notes=f"{rule.en.title}. {rule.en.fix}",
        severity=_SEVERITIES[rule.severity],
    )


def _wording(rule: Rule) -> str:
    """What is expected of a row, for a reader of Data Docs."""
    if rule.expectation == IS_IN_SET and not rule.arguments:
        wanted = f"{rule.column} must {'' if rule.expects else 'not '}be true"
    else:
        told = ", ".join(f"{name} = {value}" for name, value in rule.judged_by.items())
        wanted = f"{rule.expectation} of {rule.column} with {told}"
    return f"where {' or '.join(rule.applies_when)}, {wanted}" if rule.applies_when else wanted


def _as_pandas(table: pa.Table) -> pd.DataFrame:
    # Arrow types keep decimals exact; a flag as numpy's own boolean is judged several times faster
    flags = {f.name for f in table.schema if pa.types.is_boolean(f.type)}
    return pd.DataFrame(
        {
            name: column.to_numpy() if name in flags else pd.Series(column, dtype=_dtype(column))
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    )


def _dtype(column: pa.ChunkedArray) -> pd.ArrowDtype:
    return pd.ArrowDtype(column.type)


def _exception(info: Mapping[str, Any]) -> str | None:
    """The reason an expectation raised, or None; it may be nested per metric."""
    nested = [info, *(part for part in info.values() if isinstance(part, Mapping))]
    for part in nested:
        if part.get("raised_exception"):
            message = str(part.get("exception_message") or "").strip()
            trace = str(part.get("exception_traceback") or "").strip()
            return (message or trace).splitlines()[-1] if message or trace else "unknown reason"
    return None
