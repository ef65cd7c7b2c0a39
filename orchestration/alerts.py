"""A failed step is told to the technical person at once, whatever started the run."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import requests

from ingestion.errors import MissingSecretError
from ingestion.settings import Settings, secret

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10


def build_alert_hook(settings: Settings) -> dg.HookDefinition:
    """Hook for every job: writes ``<data>/alerts.jsonl`` and, where one is set, calls a webhook.

    The webhook's address is the secret ``sources.alerts.webhook_url``; it gets the same JSON.
    """

    @dg.failure_hook(name="alert_on_failure")
    def alert(context: dg.HookContext) -> None:
        error = context.op_exception
        reason = getattr(error, "description", None) or str(error)
        send_alert(
            settings.data_dir / "alerts.jsonl",
            {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "company": settings.company.name,
                "job": context.job_name,
                "step": context.op.name,
                "run_id": context.run_id,
                "reason": str(reason),
            },
        )

    return alert


def send_alert(journal: Path, alert: dict[str, str]) -> None:
    """Keep the alert in the journal first, then try the webhook; its failure is only logged."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(alert, ensure_ascii=False) + "\n")
    try:
        url = secret("alerts", "webhook_url")
    except MissingSecretError:
        return
    try:
        requests.post(url, json=alert, timeout=_TIMEOUT_SECONDS).raise_for_status()
    except requests.RequestException as error:
        # the address itself is a secret, and requests puts it into its messages
        _log.warning("alert webhook failed: %s", type(error).__name__)
