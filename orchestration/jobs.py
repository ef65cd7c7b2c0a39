"""The jobs: everything once a day, the CRM every hour, and a rebuild without loading."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import dagster as dg

from ingestion import registry
from ingestion.settings import Settings
from orchestration.alerts import COMMAND_LINE_TAG

if TYPE_CHECKING:  # Dagster does not export the type that define_asset_job returns
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition,
    )

AssetJob: TypeAlias = "UnresolvedAssetJobDefinition"

# Short troubles are waited out by the HTTP client; these retries are for the longer ones.
_FIRST_RETRY_SECONDS = 10
LOAD_PREFIX = "load_"  # steps of ingestion
REBUILD = "rebuild"


def only_loading_failed(steps: Iterable[str]) -> bool:
    """Whether every failed step (there is one at least) was the loading of a source."""
    failed = list(steps)
    return bool(failed) and all(step.startswith(LOAD_PREFIX) for step in failed)


def build_rebuild_sensor(jobs: Iterable[AssetJob]) -> dg.SensorDefinition:
    """Rebuilds after a scheduled run in which nothing but loading failed.

    Otherwise one silent cabinet would keep the owner from everything else.
    """
    by_name = {job.name: job for job in jobs}

    @dg.run_failure_sensor(
        name="rebuild_after_failed_load",
        monitored_jobs=[job for name, job in by_name.items() if name != REBUILD],
        request_job=by_name[REBUILD],
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def rebuild(context: dg.RunFailureSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        steps = [event.step_key or "" for event in context.get_step_failure_events()]
        if COMMAND_LINE_TAG in run.tags:
            return dg.SkipReason("a run of the command line rebuilds by itself")
        if not only_loading_failed(steps):
            return dg.SkipReason("more than loading failed")
        return dg.RunRequest(run_key=run.run_id)

    return rebuild


def build_jobs(
    settings: Settings, model_keys: Iterable[dg.AssetKey], hooks: set[dg.HookDefinition]
) -> list[AssetJob]:
    """``daily``, ``rebuild``, and ``hourly_crm`` where a source changes by the hour."""
    retries = dg.RetryPolicy(
        max_retries=settings.run_retries,
        delay=_FIRST_RETRY_SECONDS,
        backoff=dg.Backoff.EXPONENTIAL,
        jitter=dg.Jitter.PLUS_MINUS,
    )
    everything = dg.AssetSelection.all()
    raw = dg.AssetSelection.groups(*registry.discover())
    jobs = [
        dg.define_asset_job(
            "daily",
            selection=everything,
            description="Load every source, build every model, check, publish, report.",
            op_retry_policy=retries,
            hooks=hooks,
        ),
        dg.define_asset_job(
            REBUILD,
            selection=everything - raw,
            description="Build, check, publish and report on what was loaded before.",
            op_retry_policy=retries,
            hooks=hooks,
        ),
    ]
    hourly = [name for name, spec in registry.enabled(settings).items() if spec.cadence == "hourly"]
    if hourly:
        jobs.append(
            dg.define_asset_job(
                "hourly_crm",
                # every model, not only those after the CRM: another feed's may not exist yet
                selection=dg.AssetSelection.groups(*hourly).downstream()
                | dg.AssetSelection.assets(*model_keys),
                description="Load the CRM's changes and rebuild what follows from them.",
                op_retry_policy=retries,
                hooks=hooks,
            )
        )
    return jobs
