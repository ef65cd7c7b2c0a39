"""Deliveries as Dagster sees them: three jobs, their hours, and a look at what waits."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import dagster as dg

from ingestion import registry
from ingestion.delivery_config import moment_of_day
from ingestion.errors import SkvozError
from ingestion.settings import Settings
from orchestration.deliveries import Work, is_due, session
from orchestration.delivery.log import Delivery
from orchestration.delivery.office import Office
from orchestration.resources import POOL
from reporting.errors import ReportError

DAILY, WEEKLY, WAITING = "deliver_daily", "deliver_weekly", "deliver_waiting"
_WORK: dict[str, Work] = {DAILY: "daily", WEEKLY: "weekly", WAITING: "waiting"}
_LOOK_SECONDS = 60
_PAUSE = timedelta(minutes=10)
_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def build_delivery_jobs(
    settings: Settings, hooks: set[dg.HookDefinition]
) -> list[dg.JobDefinition]:
    """One job for each digest and one for what waits; none where nobody is to get anything."""
    if not settings.delivery.recipients:
        return []
    # what waits is tried every few minutes: its failures would fill the journal they come from
    return [_job(settings, name, set() if name == WAITING else hooks) for name in _WORK]


def delivery_crons(settings: Settings) -> dict[str, str]:
    """When digests go, by job; a digest that nobody wants has no hour."""
    section = settings.delivery
    daily, weekly = moment_of_day(section.daily_at), moment_of_day(section.weekly_at)
    crons = {}
    if any(recipient.wants("daily") for recipient in section.recipients):
        crons[DAILY] = f"{daily.minute} {daily.hour} * * *"
    if any(recipient.wants("weekly") for recipient in section.recipients):
        # cron's week begins with Sunday, which is 0
        crons[WEEKLY] = f"{weekly.minute} {weekly.hour} * * {section.weekly_on % 7}"
    return crons


def build_delivery_sensors(
    settings: Settings, jobs: Iterable[dg.JobDefinition]
) -> list[dg.SensorDefinition]:
    """Starts ``deliver_waiting`` for alerts, after quiet hours and when a try is due again.

    One that cannot get at the warehouse is not started over and over: ten minutes lie between two.
    """
    waiting = [job for job in jobs if job.name == WAITING]
    live = settings.as_of is None and bool(registry.enabled(settings))

    def look(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        now = datetime.now(UTC)
        if not is_due(settings, now):
            return dg.SkipReason("nothing waits")
        if context.cursor and now - datetime.fromisoformat(context.cursor) < _PAUSE:
            return dg.SkipReason("the last one was started just now")
        same = dg.RunsFilter(job_name=WAITING, statuses=_UNDER_WAY)
        if context.instance.get_runs_count(same):
            return dg.SkipReason("it is under way already")
        context.update_cursor(now.isoformat())
        return dg.RunRequest()

    return [
        dg.SensorDefinition(
            name="deliver_what_waits",
            evaluation_fn=look,
            job=job,
            minimum_interval_seconds=_LOOK_SECONDS,
            default_status=dg.DefaultSensorStatus.RUNNING
            if live
            else dg.DefaultSensorStatus.STOPPED,
        )
        for job in waiting
    ]


def run_delivery(settings: Settings, work: Work) -> list[Delivery]:
    """One session with the real services."""
    return session(Office(settings), work)


def _job(settings: Settings, name: str, hooks: set[dg.HookDefinition]) -> dg.JobDefinition:
    @dg.op(name=f"{name}_step", pool=POOL)
    def step(context: dg.OpExecutionContext) -> None:
        try:
            done = run_delivery(settings, _WORK[name])
        except (SkvozError, ReportError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        for row in done:
            context.log.info("%s, %s %s: %s", row.recipient, row.kind, row.part, row.status)

    @dg.job(name=name, hooks=hooks, executor_def=dg.in_process_executor)
    def graph() -> None:
        step()

    return graph
