"""Every dbt model, seed and data test, as assets and checks."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from ingestion import registry
from ingestion.settings import Settings
from orchestration.dbt_project import artefacts, ensure_manifest, project, variables
from orchestration.resources import POOL, Warehouse

_SHOWN_FAILURES = 3

BUILD = ("build",)  # models, and the data tests that may stop the run
TESTS_ARE_CHECKS = True  # each data test is seen as a check of its asset


class _Translator(DagsterDbtTranslator):
    """Groups models by layer; sources carry the keys of the dlt resources in their own metadata."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return str(dbt_resource_props["fqn"][1])


def build_model_assets(settings: Settings) -> dg.AssetsDefinition:
    """One definition that builds the whole project or any part of it."""

    @dbt_assets(
        manifest=ensure_manifest(settings),
        project=project(settings),
        name="build_models",
        # unit tests guard the code, not the data: the test suite runs them
        exclude="resource_type:unit_test",
        dagster_dbt_translator=_Translator(
            # child tables of a resource are loaded with it, so they share its key
            DagsterDbtTranslatorSettings(
                enable_duplicate_source_asset_keys=True, enable_asset_checks=TESTS_ARE_CHECKS
            )
        ),
        pool=POOL,
    )
    def build_models(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        warehouse: Warehouse,
    ) -> Iterator[Any]:
        told = variables(settings, loaded_sources(warehouse, settings))
        # one folder for every run: runs take turns, and dbt parses only what changed since the last
        invocation = dbt.cli(
            [*BUILD, "--vars", told], context=context, target_path=artefacts(settings)
        )
        try:
            yield from invocation.stream()
        except DagsterDbtCliRuntimeError as error:
            raise dg.Failure(
                description=_explain(invocation.target_path / "run_results.json"),
                allow_retries=False,
            ) from error

    return build_models


def loaded_sources(warehouse: Warehouse, settings: Settings) -> list[str]:
    """Sources that are switched on and have been loaded at least once.

    One that never was is no zero: the models treat it as off, so what rests on it is NULL, and the
    page says that it has never been loaded.

    Raises:
        dagster.Failure: there is none, so there is nothing to build on.
    """
    with warehouse.connect() as connection:
        schemas = connection.execute("select schema_name from information_schema.schemata")
        present = {name for (name,) in schemas.fetchall()}
    enabled = registry.enabled(settings)
    loaded = [name for name in enabled if f"raw_{name}" in present]
    if not loaded:
        titles = ", ".join(spec.title for spec in enabled.values())
        raise dg.Failure(
            description=f"nothing has been loaded yet: {titles}; mend the loads, then run again",
            allow_retries=False,
        )
    return loaded


def _explain(run_results: Path) -> str:
    """What failed in dbt, in a line a failure."""
    try:
        results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return "dbt stopped before it ran a model; its log says why"
    failures = [result for result in results if result["status"] in ("error", "fail")]
    lines = [
        f"{result['unique_id'].split('.')[2]}: {' '.join(str(result['message']).split())[:300]}"
        for result in failures[:_SHOWN_FAILURES]
    ]
    more = len(failures) - len(lines)
    tail = f"; and {more} more" if more > 0 else ""
    return f"dbt: {len(failures)} failed: " + "; ".join(lines) + tail
