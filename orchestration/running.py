"""Runs a job in this process, with progress on the console and one sentence for every failure."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from ingestion import registry
from ingestion.errors import ConfigError, SkvozError
from ingestion.settings import Settings
from orchestration.alerts import COMMAND_LINE_TAG, clean_message, tell
from orchestration.failures import expected_failure
from orchestration.jobs import REBUILD, only_loading_failed
from orchestration.progress import RunProgress, quiet_output
from orchestration.warehouse import disk_error


class RunFailedError(SkvozError):
    """A job ended with failed steps; the text says which and why."""


class StoppedError(SkvozError):
    """A person stopped the run."""

    exit_code = 130  # what a shell expects of a command ended by Ctrl+C


@dataclass(frozen=True)
class RunOutcome:
    """A finished run: its id in Dagster's storage and where everything it printed was kept."""

    run_id: str
    log_path: Path


def prepare_home(settings: Settings) -> Path:
    """Dagster's own storage inside the data folder, with our settings in it."""
    home = settings.data_dir / "dagster"
    try:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), home / "dagster.yaml")
    except OSError as error:
        raise disk_error(settings.data_dir, error) from None
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs whose command was killed as failed; Dagster watches only those it started."""
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
    for run in instance.get_runs(filters=unfinished):
        process = run.tags.get(COMMAND_LINE_TAG)
        if process is not None and not _is_alive(int(process)):
            instance.report_run_failed(run, "the process of this run was killed")


def run_job(settings: Settings, job_name: str) -> RunOutcome:
    """Run one job to its end.

    If nothing but loading failed, the rest is rebuilt on what was loaded before, so that the
    owner's page is fresh in everything else and says what is not.

    Raises:
        ConfigError: no source is switched on, or there is no job of that name.
        RunFailedError: steps failed; every reason is in the text.
        StoppedError: a person pressed Ctrl+C; the run is marked cancelled.
    """
    if not registry.enabled(settings):
        raise ConfigError(
            f"{settings.config_path}: no source is switched on; set enabled = true for at least "
            "one of them, or see a whole company at work with `make demo`"
        )
    prepare_home(settings)
    log_path = settings.data_dir / "logs" / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{job_name}.log"
    with quiet_output(log_path) as console, RunProgress(console).watching() as progress:
        progress.say("reading the project")
        try:
            # imported here: it takes seconds, and the person sees progress by now
            from orchestration.definitions import build_definitions

            definitions = build_definitions(settings)
            names = {job.name for job in definitions.jobs or ()}
            if job_name not in names:
                raise ConfigError(f"there is no job {job_name}; known: {', '.join(sorted(names))}")
            instance = dg.DagsterInstance.get()
            close_dead_runs(instance)
            result = _execute(definitions, job_name, instance)
            failures = progress.failures or _engine_failures(result)
            stopped, is_partial = progress.was_interrupted, False
            if stopped:
                instance.report_run_canceled(result.dagster_run)
            elif not result.success and only_loading_failed(step for step, _ in failures):
                progress.say("rebuilding on what was loaded before")
                is_partial = _execute(definitions, REBUILD, instance).success
        except Exception as error:
            expected = expected_failure(error, settings.data_dir)
            if expected is None:
                raise
            tell(settings, job_name, "start", "", str(expected))
            raise expected from None
        if stopped:
            raise StoppedError("stopped; the next run goes on from the last finished load")
        if not result.success:
            if not progress.failures:
                for step, reason in failures:
                    tell(settings, job_name, step, result.run_id, reason)
            raise RunFailedError(_describe(job_name, failures, log_path, is_partial=is_partial))
        return RunOutcome(run_id=result.run_id, log_path=log_path)


def _execute(
    definitions: dg.Definitions, job_name: str, instance: dg.DagsterInstance
) -> dg.ExecuteInProcessResult:
    return definitions.resolve_job_def(job_name).execute_in_process(
        instance=instance,
        run_config={"loggers": {"progress": {}}},
        tags={COMMAND_LINE_TAG: str(os.getpid())},
        raise_on_error=False,
    )


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _engine_failures(result: dg.ExecuteInProcessResult) -> list[tuple[str, str]]:
    """Reasons of a run that failed outside its steps, e.g. before the first."""
    failures = []
    for event in result.all_events:
        error = getattr(event.event_specific_data, "error", None)
        if error is None:
            continue
        while error.cause is not None:
            error = error.cause
        failures.append((event.step_key or "start", clean_message(error.message)))
    return failures


def _describe(
    job_name: str, failures: list[tuple[str, str]], log_path: Path, *, is_partial: bool
) -> str:
    reasons = "\n".join(f"  {step}: {reason}" for step, reason in dict(failures).items())
    outcome = f"{job_name} did not finish"
    if is_partial:
        outcome = f"{job_name} finished in part: the report is fresh in all but this, and says so"
    return f"{outcome}:\n{reasons}\n  (details: {log_path})"
