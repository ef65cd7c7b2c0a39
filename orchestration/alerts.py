"""A failed step is told to the technical person at once, whatever started the run."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import requests

from ingestion.errors import MissingSecretError
from ingestion.settings import Settings, secret

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10
_CLASS = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception): ")
DELIVERY = "deliver"  # the job that failures of deliveries stand under in the journal
COMMAND_LINE_TAG = "skvoz/process"  # runs that watch themselves; its value is the process's id


def build_alert_hook(settings: Settings) -> dg.HookDefinition:
    """Hook for every job: writes ``<data>/alerts.jsonl`` and, where one is set, calls a webhook.

    The webhook's address is the secret ``sources.alerts.webhook_url``; it gets the same JSON.
    """

    @dg.failure_hook(name="alert_on_failure")
    def alert(context: dg.HookContext) -> None:
        error = context.op_exception
        reason = getattr(error, "description", None) or str(error)
        tell(settings, context.job_name, context.op.name, context.run_id, str(reason))

    return alert


def build_alert_sensor(settings: Settings) -> dg.SensorDefinition:
    """Tells of scheduled runs that failed outside any step, e.g. before the first."""

    @dg.run_failure_sensor(
        name="alert_on_run_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        monitor_all_code_locations=False,
    )
    def alert(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        if COMMAND_LINE_TAG not in run.tags and not context.get_step_failure_events():
            reason = clean_message(context.failure_event.message or "")
            tell(settings, run.job_name, "start", run.run_id, reason)

    return alert


def journal_path(settings: Settings) -> Path:
    """Every failure that was told, a JSON a line; the delivery reads it for its own alerts."""
    return settings.data_dir / "alerts.jsonl"


def tell(settings: Settings, job: str, step: str, run_id: str, reason: str) -> None:
    """One failure to whoever looks after the machine."""
    send_alert(
        journal_path(settings),
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "company": settings.company.name,
            "job": job,
            "step": step,
            "run_id": run_id,
            "reason": reason,
        },
    )


def clean_message(message: str) -> str:
    """An error's text without the class that Dagster puts before it."""
    return _CLASS.sub("", message.strip())


def send_alert(journal: Path, alert: dict[str, str]) -> None:
    """Keep the alert in the journal, then try the webhook; a failure of either is only logged."""
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with journal.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(alert, ensure_ascii=False) + "\n")
    except OSError as error:  # a full disk is what the alert may be about
        _log.warning("alert journal %s: %s", journal, error.strerror)
    try:
        url = secret("alerts", "webhook_url")
    except MissingSecretError:
        return
    try:
        requests.post(url, json=alert, timeout=_TIMEOUT_SECONDS).raise_for_status()
    except requests.RequestException as error:
        # the address itself is a secret, and requests puts it into its messages
        _log.warning("alert webhook failed: %s", type(error).__name__)
