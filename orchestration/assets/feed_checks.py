"""Whether a source was loaded whole, as a warning beside its first table."""

import json

import dagster as dg

from ingestion import registry
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from orchestration.feeds import Problem, read_problems
from orchestration.resources import POOL, Warehouse
from reporting.absence import HARMLESS

_SAMPLES = 5


def build_feed_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """A check ``whole`` for every source that is on and can say what it could not load."""
    return [_check(spec, settings) for spec in registry.enabled(settings).values() if spec.problems]


def _check(spec: SourceSpec, settings: Settings) -> dg.AssetChecksDefinition:
    first = next(iter(spec.build(settings).selected_resources))

    @dg.asset_check(
        asset=dg.AssetKey([f"raw_{spec.name}", first]),
        name="whole",
        pool=POOL,
        description=f"{spec.title}: everything that was given was loaded.",
    )
    def whole(warehouse: Warehouse) -> dg.AssetCheckResult:
        with warehouse.connect() as connection:
            return _result(read_problems(connection, spec))

    return whole


def _result(problems: tuple[Problem, ...]) -> dg.AssetCheckResult:
    kinds = sorted({problem.kind for problem in problems})
    metadata: dict[str, int | str] = {
        "problems": len(problems),
        **{kind: sum(problem.kind == kind for problem in problems) for kind in kinds},
    }
    if problems:
        samples = [
            {
                "kind": problem.kind,
                "subject": problem.subject,
                "amount": None if problem.amount is None else str(problem.amount),
                "rows": problem.rows,
                "detail": problem.detail,
            }
            for problem in problems[:_SAMPLES]
        ]
        metadata["samples"] = json.dumps(samples, ensure_ascii=False)
    return dg.AssetCheckResult(
        passed=all(problem.kind in HARMLESS for problem in problems),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
