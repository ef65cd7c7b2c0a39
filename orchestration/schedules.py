"""When the jobs run, in the account's zone."""

from collections.abc import Iterable

import dagster as dg

from ingestion import registry
from ingestion.settings import Settings
from orchestration.delivery.jobs import delivery_crons
from orchestration.jobs import AssetJob

# Cabinets close their day at midnight Moscow time and settle overnight; the owner reads at nine.
CRON = {"daily": "0 6 * * *", "hourly_crm": "30 8-21 * * *"}


def build_schedules(
    settings: Settings, jobs: "Iterable[AssetJob | dg.JobDefinition]"
) -> list[dg.ScheduleDefinition]:
    """A schedule for each job; running from the start, except when a past moment is replayed."""
    crons = CRON | delivery_crons(settings)
    live = settings.as_of is None and bool(registry.enabled(settings))
    status = dg.DefaultScheduleStatus.RUNNING if live else dg.DefaultScheduleStatus.STOPPED
    return [
        dg.ScheduleDefinition(
            name=job.name,
            job=job,
            cron_schedule=crons[job.name],
            execution_timezone=settings.company.timezone,
            default_status=status,
        )
        for job in jobs
        if job.name in crons
    ]
