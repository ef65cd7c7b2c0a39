"""What the technical recipient has to hear: failed runs, stale feeds, parts that did not arrive.

Failed steps come from ``alerts.jsonl``, which every hook and sensor writes at once whatever state
the warehouse is in; a run is told once, a feed once until it recovers.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.delivery_config import Recipient
from orchestration.alerts import DELIVERY, journal_path, tell
from orchestration.assets.publish import published_file
from orchestration.assets.report import feed_statuses
from orchestration.delivery import log as delivery_log
from orchestration.delivery.feeds import aged
from orchestration.delivery.log import Delivery
from orchestration.delivery.office import Office
from orchestration.delivery.unlogged import was_told
from reporting.data import open_marts
from reporting.deliver.parcel import Parcel
from reporting.deliver.text import Line, Span, name
from reporting.digest_words import Word, say
from reporting.errors import ReportError
from reporting.i18n import Wording
from reporting.inputs import FeedStatus
from reporting.view import Language

_RECENT = timedelta(days=2)  # a recipient named today hears nothing of last year's failures
_STEPS_SHOWN = 20


@dataclass(frozen=True)
class Failure:
    """One failed run, every step that the journal has of it."""

    key: str
    job: str
    steps: tuple[tuple[str, str], ...]


def plan_alerts(office: Office) -> None:
    """Put every alert that was not told yet into the outbox of each technical recipient."""
    for name_, period, parcel in run_alerts(office):
        recipient = office.recipients[name_]
        if was_told(office, name_, period):
            office.note(recipient, "alert", period, "text", is_sent=True)
        else:
            _accept(office, recipient, period, parcel)
    for recipient in _technicians(office):
        language = recipient.language or office.settings.company.language
        for feed in _feeds(office, language):
            _plan_feed(office, recipient, feed, language)


def run_alerts(office: Office) -> list[tuple[str, str, Parcel]]:
    """Failed runs of the last days for each technical recipient: a name, a period, the words."""
    technicians = _technicians(office)
    if not technicians:
        return []
    failures = read_failures(journal_path(office.settings), office.clock())
    found = []
    for recipient in technicians:
        language = recipient.language or office.settings.company.language
        for failure in failures:
            period = f"run:{failure.key}"
            lines = _of_run(failure, language)
            found.append((recipient.name, period, _parcel(office, language, period, lines)))
    return found


def plan_undelivered(office: Office) -> bool:
    """Tell of parts that will not go by themselves; whether there is anything to send now."""
    with office.log() as log:
        rows = delivery_log.unheard(log)
    if not rows:
        return False
    for row in rows:
        tell(office.settings, DELIVERY, f"{row.recipient}, {row.kind}", "", str(row.error))
    # an alert that cannot be sent is no subject of another alert: that would never end
    told = [row for row in rows if row.kind != "alert"]
    technicians = _technicians(office)
    if told:
        key = delivery_log.delivery_id("", "", "", " ".join(row.delivery_id for row in told))
        for recipient in technicians:
            language = recipient.language or office.settings.company.language
            period, lines = f"undelivered:{key[:12]}", _of_parts(told, language)
            _accept(office, recipient, period, _parcel(office, language, period, lines))
    with office.log() as log:
        for row in rows:
            delivery_log.change(log, replace(row, told_at=office.clock()))
    return bool(told and technicians)


def read_failures(journal: Path, now: datetime) -> list[Failure]:
    """Failed runs of the last days; what the delivery itself writes there is told elsewhere."""
    steps: dict[str, list[tuple[str, str]]] = defaultdict(list)
    jobs: dict[str, str] = {}
    try:
        lines = journal.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        alert = _parsed(line)
        if alert.get("job") in (None, DELIVERY) or _is_old(alert, now):
            continue
        key = alert.get("run_id") or alert["at"]
        jobs[key] = alert["job"]
        steps[key].append((alert.get("step", ""), alert.get("reason", "")))
    return [Failure(key, jobs[key], tuple(dict.fromkeys(steps[key]))) for key in jobs]


def _parsed(line: str) -> Mapping[str, str]:
    try:
        said = json.loads(line)
    except json.JSONDecodeError:  # a full disk cut it short
        return {}
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def _is_old(alert: Mapping[str, str], now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(alert["at"]) > _RECENT
    except (KeyError, ValueError, TypeError):
        return True


def _feeds(office: Office, language: Language) -> list[FeedStatus]:
    try:
        with open_marts(published_file(office.settings.published_dir)) as connection:
            feeds = feed_statuses(connection, language)
    except ReportError:  # nothing was published yet: the failed run says why
        return []
    now = aged(office.settings, feeds, office.clock())
    return [feed for feed in now if feed.status != "off"]


def _plan_feed(office: Office, recipient: Recipient, feed: FeedStatus, language: Language) -> None:
    """One alert an incident: its number goes up when the feed has been fresh again."""
    prefix = f"feed:{feed.name}:"
    with office.log() as log:
        told = delivery_log.periods(log, recipient.name, "alert", prefix)
    number = sum(period.endswith(":over") for period in told) + 1
    incident = f"{prefix}{number}"
    if feed.status == "stale" and incident not in told:
        loaded = feed.last_loaded_at
        moment = (
            say(language, "stale_never")
            if loaded is None
            else Wording(language, "").moment(loaded.astimezone(office.settings.zone))
        )
        line = _line(language, "feed_stale", feed=name(feed.title), moment=moment)
        _accept(office, recipient, incident, _parcel(office, language, incident, [line]))
    elif feed.status == "ok" and incident in told:
        line = _line(language, "feed_back", feed=name(feed.title))
        over = f"{incident}:over"
        _accept(office, recipient, over, _parcel(office, language, over, [line]))


def _technicians(office: Office) -> list[Recipient]:
    return [one for one in office.recipients.values() if one.role == "technical"]


def _accept(office: Office, recipient: Recipient, period: str, parcel: Parcel) -> None:
    with office.log() as log:
        if delivery_log.has_parcel(log, recipient.name, "alert", period):
            return
    office.accept(recipient, "alert", period, parcel)


def _parcel(office: Office, language: Language, period: str, lines: Iterable[Line]) -> Parcel:
    settings = office.settings
    subject = say(language, "title_alert", company=name(settings.company.name))
    head: Line = (Span(subject, is_bold=True),)
    day = office.clock().astimezone(settings.zone).date().isoformat()
    key = delivery_log.delivery_id("", "alert", period, "")[:8]
    return Parcel(subject, (head, *lines), label=f"{day}-alert-{key}")


def _of_run(failure: Failure, language: Language) -> list[Line]:
    steps = [
        _line(language, "run_failed_step", step=name(step), reason=name(reason, 500))
        for step, reason in failure.steps[:_STEPS_SHOWN]
    ]
    return [_line(language, "run_failed", job=name(failure.job)), *steps]


def _of_parts(rows: Iterable[Delivery], language: Language) -> list[Line]:
    lines = [_line(language, "undelivered")]
    for row in rows:
        word: Word = "undelivered_unknown" if row.status == "unknown" else "undelivered_failed"
        fields = {"name": name(row.recipient), "kind": row.kind, "period": row.period}
        error = name(str(row.error), 300)
        lines.append(
            _line(language, word, **fields, part=row.part, error=error, id=row.delivery_id[:12])
        )
    return lines


def _line(language: Language, word: Word, **fields: str) -> Line:
    return (Span(say(language, word, **fields)),)
