"""Rules of discipline as asset checks, and what they find as tables with a history."""

import json
from collections.abc import Iterator, Sequence

import dagster as dg
import duckdb

from expectations.data_docs import build_data_docs
from expectations.errors import ExpectationsError
from expectations.findings import FindingsSummary, write_findings
from expectations.history import MARTS, write_history
from expectations.rule import Rule, discover
from expectations.rules_table import write_rules
from expectations.runner import Outcome, run_rules
from expectations.scores import write_scores
from ingestion import registry
from ingestion.settings import Settings
from orchestration.resources import POOL, Warehouse
from orchestration.warehouse import disk_error

KEY = dg.AssetKey(["quality", "findings"])
DATA_DOCS = "data_docs"  # a folder among the reports
_SEVERITIES = {
    "blocker": dg.AssetCheckSeverity.ERROR,
    "error": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
    "advice": dg.AssetCheckSeverity.WARN,
}
_SAMPLED = ("entity_name", "entity_url", "deal_url", "money_at_stake")


def build_findings_asset(settings: Settings) -> dg.AssetsDefinition:
    """Asset ``quality.findings``, with one check for every rule that can run.

    Rules, scores, headlines and Data Docs of the run are written with it. A rule that no source
    tells about neither runs nor resolves what it found before.
    """
    brought = {kind for spec in registry.enabled(settings).values() for kind in spec.brings}
    known = discover()
    rules = [rule for rule in known if brought >= set(rule.needs)]
    upstream = sorted({rule.frame for rule in known} | set(MARTS))

    @dg.multi_asset(
        name="check_discipline",
        specs=[
            dg.AssetSpec(
                KEY,
                deps=[dg.AssetKey(relation.split(".")) for relation in upstream],
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
        folder = settings.reports_dir / DATA_DOCS
        try:
            with warehouse.connect() as connection:
                outcomes = run_rules(connection, rules)
                summary = _record(connection, settings, known, outcomes)
            docs = build_data_docs(outcomes, folder, settings.now())
        except ExpectationsError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        except OSError as error:
            raise disk_error(folder, error) from None
        yield dg.MaterializeResult(
            asset_key=KEY,
            metadata={
                "new": summary.new,
                "reopened": summary.reopened,
                "resolved": summary.resolved,
                "open": summary.open_now,
                "data_docs": dg.MetadataValue.path(docs),
            },
        )
        for outcome in outcomes:
            yield _result(outcome)

    return check_discipline


def _record(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    known: Sequence[Rule],
    outcomes: Sequence[Outcome],
) -> FindingsSummary:
    """Write what the run found; each table may be written again without harm."""
    now = settings.now()
    day = now.astimezone(settings.zone).date()
    summary = write_findings(connection, outcomes, now, {rule.id for rule in known})
    write_rules(connection, known, outcomes, now)
    write_scores(connection, day)
    write_history(connection, day)
    return summary


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
        "failing": outcome.failing,
        "money_at_stake": str(outcome.money_at_stake),
    }
    if outcome.unexpected_percent is not None:
        metadata["failing_percent"] = outcome.unexpected_percent
    samples = [
        {name: str(row[name]) for name in (*outcome.rule.keys, *_SAMPLED) if name in row}
        for row in outcome.samples
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
