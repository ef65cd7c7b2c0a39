"""One asset for every dlt resource of every source that is switched on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
from dagster_dlt import DagsterDltResource, DagsterDltTranslator, dlt_assets
from dagster_dlt.translator import DltResourceTranslatorData

from ingestion import registry
from ingestion.pipeline import make_pipeline
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from orchestration.failures import expected_failure
from orchestration.jobs import LOAD_PREFIX
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
        dlt: DagsterDltResource,
        warehouse: Warehouse,  # noqa: ARG001  (asked for its hold on the file)
    ) -> Iterator[dg.MaterializeResult[None]]:
        # a source is built anew for every run: it remembers what it has read
        try:
            yield from dlt.run(
                context=context,
                dlt_source=spec.build(settings),
                dlt_pipeline=make_pipeline(spec.name, settings),
                dagster_dlt_translator=translator,
            )
        except Exception as error:
            raise _as_failure(error, settings.data_dir) from error

    return load


def _as_failure(error: Exception, data_dir: Path) -> Exception:
    """The expected trouble inside dlt's wrapping, as a failure that knows whether to retry."""
    expected = expected_failure(error, data_dir)
    if expected is None:
        return error
    return dg.Failure(description=str(expected), allow_retries=expected.retryable)
