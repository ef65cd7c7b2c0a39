"""One asset for every dlt resource of every source that is switched on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
from dagster_dlt import DagsterDltTranslator, dlt_assets
from dagster_dlt.translator import DltResourceTranslatorData

from ingestion import registry
from ingestion.pipeline import Loaded, make_pipeline
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from orchestration.failures import expected_failure
from orchestration.jobs import LOAD_PREFIX
from orchestration.loading import SideBySide
from orchestration.resources import POOL, Warehouse


class _Translator(DagsterDltTranslator):
    """Gives a resource the key of the dbt source that reads it, so that lineage joins."""

    def __init__(self, spec: SourceSpec) -> None:
        self._spec = spec

    def get_asset_spec(self, data: DltResourceTranslatorData) -> dg.AssetSpec:
        fail_after = self._spec.max_age
        return (
            super()
            .get_asset_spec(data)
            .replace_attributes(
                key=dg.AssetKey([f"raw_{self._spec.name}", data.resource.name]),
                deps=[],
                group_name=self._spec.name,
                freshness_policy=dg.FreshnessPolicy.time_window(
                    fail_window=fail_after, warn_window=fail_after - timedelta(hours=1)
                ),
            )
        )


def build_ingestion_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Asset definitions of all sources that the company switched on."""
    return [_source_assets(spec, settings) for spec in registry.enabled(settings).values()]


def _source_assets(spec: SourceSpec, settings: Settings) -> dg.AssetsDefinition:
    translator = _Translator(spec)

    @dlt_assets(
        dlt_source=spec.build(settings),
        dlt_pipeline=make_pipeline(spec.name, settings),
        name=f"{LOAD_PREFIX}{spec.name}",
        dagster_dlt_translator=translator,
        pool=POOL,
    )
    def load(
        context: dg.AssetExecutionContext,
        loads: dg.ResourceParam[SideBySide],
        warehouse: Warehouse,  # noqa: ARG001  (asked for its hold on the file)
    ) -> Iterator[dg.MaterializeResult[None]]:
        loads.start(_loading_steps(context))
        try:
            loaded = loads.result(spec.name)
        except Exception as error:
            raise _as_failure(error, settings.data_dir) from error
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(loaded, key.path[-1]))

    return load


def _loading_steps(context: dg.AssetExecutionContext) -> list[str]:
    """The sources that this run loads, all of them, whichever step comes first."""
    steps = context.run.step_keys_to_execute or [node.name for node in context.job_def.nodes]
    return [step.removeprefix(LOAD_PREFIX) for step in steps if step.startswith(LOAD_PREFIX)]


def _metadata(loaded: Loaded, resource: str) -> dict[str, int | str]:
    # child tables of nested lists are named after their parent's
    rows = (
        count
        for table, count in loaded.rows.items()
        if table == resource or table.startswith(f"{resource}__")
    )
    return {
        "rows_loaded": sum(rows),
        "load_ids": ", ".join(loaded.load_ids),
        "rounds": loaded.rounds,
    }


def _as_failure(error: Exception, data_dir: Path) -> Exception:
    """The expected trouble inside dlt's wrapping, as a failure that knows whether to retry."""
    expected = expected_failure(error, data_dir)
    if expected is None:
        return error
    return dg.Failure(description=str(expected), allow_retries=expected.retryable)
