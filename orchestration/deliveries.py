"""The report delivers itself: digests by schedule, alerts and whatever still waits in between."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from ingestion.delivery_config import DigestKind, Recipient
from ingestion.errors import ConfigError, SkvozError
from ingestion.settings import Settings
from orchestration.alerts import journal_path
from orchestration.assets.publish import published_file
from orchestration.delivery import log as delivery_log
from orchestration.delivery.alerts import plan_alerts, plan_undelivered, run_alerts
from orchestration.delivery.content import Content, Prepared, local_day, open_content
from orchestration.delivery.files import Makers
from orchestration.delivery.log import Delivery, Kind
from orchestration.delivery.office import LOCK_WAIT_SECONDS, Office
from orchestration.delivery.quiet import quiet_until
from orchestration.delivery.unlogged import tell_unlogged
from orchestration.warehouse import WarehouseError, WarehouseLockedError
from reporting.digest_facts import Facts
from reporting.errors import ReportError

Work = Literal["daily", "weekly", "waiting"]
_LOOK_AGAIN = timedelta(hours=6)  # a feed ages without anything being written
_ALL: tuple[Kind, ...] = ("daily", "weekly")


@dataclass(frozen=True)
class Preview:
    """What a recipient would get; ``why`` says what stands in the way, if anything does."""

    recipient: Recipient
    prepared: Prepared | None
    why: str = ""


def deliver(
    office: Office, work: Work, *, to: str | None = None, makers: Makers | None = None
) -> list[Delivery]:
    """Make the digests of this kind, then send all that waits; call it inside ``opened``.

    Raises:
        ConfigError: there is no recipient of the name ``to``.
        SkvozError: nothing was published yet.
    """
    if work != "waiting":
        _make(office, work, to, makers)
    if to is None:
        plan_alerts(office)
    done = office.send_waiting()
    if plan_undelivered(office):
        done += office.send_waiting()
        plan_undelivered(office)
    office.tidy()
    _remember(office)
    return done


def session(
    office: Office,
    work: Work,
    *,
    to: str | None = None,
    wait_seconds: float = LOCK_WAIT_SECONDS,
) -> list[Delivery]:
    """``deliver``, holding the warehouse; if that cannot be had, failed runs are told all the same.

    Raises:
        WarehouseLockedError, WarehouseError: nothing else could be done.
    """
    try:
        with office.opened(wait_seconds):
            return deliver(office, work, to=to)
    except (WarehouseLockedError, WarehouseError):
        tell_unlogged(office, run_alerts(office))
        raise


def preview(
    office: Office, kind: DigestKind, *, to: str | None = None, makers: Makers | None = None
) -> list[Preview]:
    """What ``deliver`` would send now; nothing is written."""
    wanted = _wanted(office, kind, to)
    return list(_prepared(office, kind, wanted, makers))


def again(office: Office, prefix: str) -> Delivery:
    """Send one part once more because a person asks for it; call it inside ``opened``.

    Raises:
        ConfigError: the id is nobody's, several parts', or of a part that has arrived.
    """
    with office.log() as log:
        found = delivery_log.find(log, prefix)
    if len(found) != 1:
        known = "no delivery has" if not found else f"{len(found)} deliveries have"
        raise ConfigError(f"{known} an id that begins with {prefix}; see `skvoz deliver --log`")
    row = found[0]
    if row.status not in ("unknown", "failed") or row.content_hash is None:
        raise ConfigError(
            f"{row.delivery_id[:12]} is {row.status}; only a failed or an unknown one, which has "
            "something to send, can be sent again"
        )
    done = office.send_again(row)
    _remember(office)
    return done


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether ``deliver(…, "waiting")`` may have something to do; looks at files only."""
    if not settings.delivery.recipients or quiet_until(settings, now):
        return False
    try:
        state = json.loads(_state_file(settings).read_text(encoding="utf-8"))
        due, seen = state["due_at"], datetime.fromisoformat(state["checked_at"])
    except (OSError, ValueError, KeyError):
        return True
    if due is not None and datetime.fromisoformat(due) <= now:
        return True
    has_news = state["marks"] != _marks(settings) or now - seen > _LOOK_AGAIN
    return has_news and any(one.role == "technical" for one in settings.delivery.recipients)


def _make(office: Office, kind: DigestKind, to: str | None, makers: Makers | None) -> None:
    period = _period(kind, local_day(office.settings, office.clock()))
    with office.log() as log:
        wanted = [
            one
            for one in _wanted(office, kind, to)
            if not delivery_log.has_parcel(log, one.name, kind, period)
        ]
    for found in _prepared(office, kind, wanted, makers):
        if found.prepared is None:
            office.note(found.recipient, kind, period, "digest", error=found.why)
        elif found.prepared.parcel is None:
            office.note(found.recipient, kind, period, "nothing")
        else:
            told = found.prepared.facts.as_json()
            office.accept(found.recipient, kind, period, found.prepared.parcel, told)


def _prepared(
    office: Office, kind: DigestKind, wanted: Iterable[Recipient], makers: Makers | None
) -> Iterable[Preview]:
    recipients = list(wanted)
    if not recipients:
        return
    kinds: tuple[Kind, ...] = _ALL if kind == "daily" else ("weekly",)
    with office.log() as log:
        delivery_log.create(log)
        told = {one.name: delivery_log.last_sent(log, one.name, kinds) for one in recipients}
    try:
        with open_content(office.settings, makers, office.clock()) as content:
            for recipient in recipients:
                yield _one(content, recipient, kind, told[recipient.name])
    except ReportError as error:
        raise SkvozError(str(error)) from None


def _one(content: Content, recipient: Recipient, kind: DigestKind, told: str | None) -> Preview:
    then = None if told is None else Facts.from_json(told)
    try:
        return Preview(recipient, content.prepare(recipient, kind, then))
    except (ConfigError, ReportError) as error:  # one's trouble must not cost the others theirs
        return Preview(recipient, None, str(error))


def _wanted(office: Office, kind: DigestKind, to: str | None) -> list[Recipient]:
    if to is not None:
        if to not in office.recipients:
            known = ", ".join(office.recipients) or "nobody"
            raise ConfigError(f"delivery.recipients has no {to}; it has {known}")
        return [office.recipients[to]]
    day = local_day(office.settings, office.clock()).isoweekday()
    # on the day of the week's digest the daily one would say a part of the same
    is_covered = kind == "daily" and day == office.settings.delivery.weekly_on
    return [
        one
        for one in office.recipients.values()
        if one.wants(kind) and not (is_covered and one.wants("weekly"))
    ]


def _period(kind: DigestKind, day: date) -> str:
    if kind == "daily":
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _remember(office: Office) -> None:
    """Leave for ``is_due`` what it needs to know, so that it need not open the warehouse."""
    with office.log() as log:
        due = min((row.retry_at for row in delivery_log.waiting(log) if row.retry_at), default=None)
    state = {
        "due_at": None if due is None else due.isoformat(),
        "checked_at": office.clock().isoformat(),
        "marks": _marks(office.settings),
    }
    target = _state_file(office.settings)
    fresh = target.with_suffix(".tmp")
    fresh.write_text(json.dumps(state), encoding="utf-8")
    fresh.replace(target)


def _marks(settings: Settings) -> list[int]:
    """What changes when a run has failed or something was published."""
    journal, published = journal_path(settings), published_file(settings.published_dir)
    return [
        journal.stat().st_size if journal.exists() else 0,
        published.stat().st_mtime_ns if published.exists() else 0,
    ]


def _state_file(settings: Settings) -> Path:
    return settings.state_dir / "deliveries.json"
