"""Rules of discipline as asset checks, and what they find as a table with a history."""

import json
from collections.abc import Iterator

import dagster as dg

from expectations.errors import ExpectationsError
from expectations.findings import write_findings
from expectations.rule import Rule, discover
from expectations.runner import Outcome, run_rules
from ingestion import registry
from ingestion.settings import Settings
from orchestration.resources import POOL, Warehouse

KEY = dg.AssetKey(["quality", "findings"])
_SAMPLES = 5
_SEVERITIES = {
    "blocker": dg.AssetCheckSeverity.ERROR,
    "error": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
    "advice": dg.AssetCheckSeverity.WARN,
}


def build_findings_asset(settings: Settings) -> dg.AssetsDefinition:
    """Asset ``quality.findings``, with one check for every rule that can run.

    A rule that no source tells about neither runs nor resolves what it found before.
    """
    brought = {kind for spec in registry.enabled(settings).values() for kind in spec.brings}
    rules = [rule for rule in discover() if brought >= set(rule.needs)]
    frames = sorted({rule.frame for rule in discover()})

    @dg.multi_asset(
        name="check_discipline",
        specs=[
            dg.AssetSpec(
                KEY,
                deps=[dg.AssetKey(frame.split(".")) for frame in frames],
                group_name="quality",
                kinds={"duckdb", "greatexpectations"},
                description="One row per rule × entity: every breach of discipline ever seen.",
            )
        ],
        check_specs=[_spec(rule) for rule in rules],
        pool=POOL,
    )
    def check_discipline(
        warehouse: Warehouse,
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        try:
            with warehouse.connect() as connection:
                outcomes = run_rules(connection, rules)
                summary = write_findings(connection, outcomes, settings.now())
        except ExpectationsError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        yield dg.MaterializeResult(
            asset_key=KEY,
            metadata={
                "new": summary.new,
                "reopened": summary.reopened,
                "resolved": summary.resolved,
                "open": summary.open_now,
            },
        )
        for outcome in outcomes:
            yield _result(outcome)

    return check_discipline


def _spec(rule: Rule) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=rule.id,
        asset=KEY,
        description=f"{rule.en.title}. {rule.en.fix}",
        metadata={"severity": rule.severity, "title_ru": rule.ru.title, "frame": rule.frame},
    )


def _result(outcome: Outcome) -> dg.AssetCheckResult:
    metadata: dict[str, int | float | str] = {
        "checked": outcome.checked,
        "failing": len(outcome.failing),
        "money_at_stake": str(outcome.money_at_stake),
    }
    if outcome.unexpected_percent is not None:
        metadata["failing_percent"] = outcome.unexpected_percent
    samples = [
        {name: str(row.get(name)) for name in (*outcome.rule.keys, "deal_url", "money_at_stake")}
        for row in outcome.failing[:_SAMPLES]
    ]
    if samples:
        metadata["samples"] = json.dumps(samples, ensure_ascii=False)
    return dg.AssetCheckResult(
        asset_key=KEY,
        check_name=outcome.rule.id,
        passed=outcome.passed,
        severity=_SEVERITIES[outcome.rule.severity],
        metadata=metadata,
    )
