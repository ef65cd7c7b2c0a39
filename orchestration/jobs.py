"""The two jobs: everything once a day, the CRM and what follows from it every hour."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import dagster as dg

from ingestion import registry
from ingestion.settings import Settings

if TYPE_CHECKING:  # Dagster does not export the type that define_asset_job returns
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition,
    )

AssetJob: TypeAlias = "UnresolvedAssetJobDefinition"

# Short troubles are waited out by the HTTP client; these retries are for the longer ones.
_FIRST_RETRY_SECONDS = 10


def build_jobs(
    settings: Settings, model_keys: Iterable[dg.AssetKey], hooks: set[dg.HookDefinition]
) -> list[AssetJob]:
    """``daily`` always; ``hourly_crm`` where a source that changes by the hour is switched on."""
    retries = dg.RetryPolicy(
        max_retries=settings.run_retries,
        delay=_FIRST_RETRY_SECONDS,
        backoff=dg.Backoff.EXPONENTIAL,
        jitter=dg.Jitter.PLUS_MINUS,
    )
    jobs = [
        dg.define_asset_job(
            "daily",
            selection=dg.AssetSelection.all(),
            description="Load every source, build every model, check, publish, report.",
            op_retry_policy=retries,
            hooks=hooks,
        )
    ]
    hourly = [
        name
        for name, spec in registry.discover().items()
        if spec.cadence == "hourly" and spec.enabled(settings)
    ]
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
