"""Rules in, outcomes out: every frame is read once and judged by one suite."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.frames import Frame, Row, read_frame, read_rows
from expectations.judge import Verdict, judge
from expectations.rule import Rule

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

SAMPLES = 5


@dataclass(frozen=True)
class Outcome:
    """What one rule found.

    ``checked`` counts the rows the rule applies to. ``keys`` are the keys of the failing rows, in
    the frame's order; ``samples`` are the first of those rows, with the columns that speak of the
    entity and of the rule, as DuckDB gave them (Decimal, date, aware datetime, None).
    ``money_at_stake`` is the exact sum over failing rows; a row with no amount adds nothing.
    """

    rule: Rule
    checked: int
    keys: pa.Table
    money_at_stake: Decimal
    samples: tuple[Row, ...] = ()
    validation: "ExpectationValidationResult | None" = field(default=None, compare=False)

    @property
    def failing(self) -> int:
        """How many rows fail."""
        return int(self.keys.num_rows)

    @property
    def passed(self) -> bool:
        return not self.failing

    @property
    def unexpected_percent(self) -> float | None:
        """Share of checked rows that fail, 0..100; None when there was nothing to check."""
        return 100 * self.failing / self.checked if self.checked else None


def run_rules(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> list[Outcome]:
    """Judge all rules, each frame being read once; outcomes come in the order of ``rules``.

    Raises:
        RuleCrashedError: a frame is absent or has repeated keys, a column is absent, or an
            expectation raised; nothing is returned then.
    """
    ordered = list(rules)
    outcomes: dict[str, Outcome] = {}
    by_frame = attrgetter("frame", "entity")
    for _, members in groupby(sorted(ordered, key=by_frame), by_frame):
        of_frame = list(members)
        frame = read_frame(con, of_frame)
        verdicts = judge(frame.judged, of_frame)
        found = list(_outcomes(con, frame, of_frame, verdicts))
        outcomes.update((outcome.rule.id, outcome) for outcome in found)
    return [outcomes[rule.id] for rule in ordered]


def _outcomes(
    con: duckdb.DuckDBPyConnection,
    frame: Frame,
    rules: Sequence[Rule],
    verdicts: dict[str, Verdict],
) -> Iterator[Outcome]:
    failing = [verdicts[rule.id].failing for rule in rules]
    first = np.concatenate([positions[:SAMPLES] for positions in failing])
    rows = iter(read_rows(con, rules, frame.types, frame.keys.take(first)) if first.size else ())
    for rule, positions in zip(rules, failing, strict=True):
        verdict = verdicts[rule.id]
        amounts = frame.amounts.column(rule.money_column).take(positions)
        yield Outcome(
            rule,
            verdict.checked,
            frame.keys.take(positions),
            pc.sum(amounts).as_py() or Decimal(0),
            tuple(next(rows) for _ in positions[:SAMPLES]),
            verdict.validation,
        )
