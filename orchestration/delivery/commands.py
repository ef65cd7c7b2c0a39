"""What ``skvoz deliver`` does and prints."""

import logging
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.markup import escape

from ingestion.delivery_config import DigestKind, Recipient
from ingestion.errors import ConfigError, SkvozError
from ingestion.settings import Settings
from orchestration.deliveries import Preview, Work, again, preview, session
from orchestration.delivery import log as delivery_log
from orchestration.delivery.log import Delivery
from orchestration.delivery.office import Office
from reporting.deliver.text import plain

logger = logging.getLogger(__name__)
_LOGGED = 50
_SHORT_WAIT = 60.0  # seconds that a failed run waits to tell of itself
_MARKS = {"sent": "✓", "nothing_new": "-", "held_quiet": "…", "pending": "…", "sending": "…"}


def send(settings: Settings, console: Console, work: str, to: str | None) -> None:
    """Make and send; ends with 1 where something did not go for good."""
    office = _office(settings)
    done = session(office, _known(work), to=to)
    if not done:
        console.print("nothing was due")
    _print(console, done)
    if any(row.is_over for row in done):
        raise typer.Exit(code=1)


def send_again(settings: Settings, console: Console, prefix: str) -> None:
    """One part once more."""
    office = _office(settings)
    with office.opened():
        done = again(office, prefix)
    _print(console, [done])
    if done.status in ("failed", "unknown"):
        raise typer.Exit(code=1)


def send_alerts(settings: Settings) -> None:
    """Tell of a run that has just failed; a trouble here must not hide that one."""
    if not settings.delivery.recipients:
        return
    office = Office(settings)
    try:
        session(office, "waiting", wait_seconds=_SHORT_WAIT)
    except SkvozError as error:
        logger.warning("the alert waits for the next delivery: %s", error)


def print_preview(settings: Settings, console: Console, work: str, to: str | None) -> None:
    """Who would get what; nothing is written or sent."""
    kinds: Sequence[DigestKind] = [work] if work in ("daily", "weekly") else []  # type: ignore[list-item]
    if not kinds:
        raise ConfigError("--dry-run shows a digest: skvoz deliver daily|weekly --dry-run")
    office = _office(settings)
    with office.opened():
        found = preview(office, kinds[0], to=to)
    for one in found:
        _print_one(console, one)


def print_log(settings: Settings, console: Console) -> None:
    """The latest deliveries, the newest last."""
    office = _office(settings)
    with office.opened(), office.log() as log:
        _print(console, delivery_log.latest(log, _LOGGED))


def _office(settings: Settings) -> Office:
    if not settings.delivery.recipients:
        raise ConfigError(
            f"{settings.config_path}: nobody gets anything; add [[delivery.recipients]]"
        )
    return Office(settings)


def _known(work: str) -> Work:
    if work == "daily":
        return "daily"
    if work == "weekly":
        return "weekly"
    if work == "waiting":
        return "waiting"
    raise ConfigError(f"there is no delivery {work}; known: daily, weekly, waiting")


def _print(console: Console, rows: Sequence[Delivery]) -> None:
    for row in rows:
        at = (row.sent_at or row.first_at).isoformat(timespec="seconds")
        said = f"{row.kind} {row.period} {row.part}: {row.status}"
        mark = _MARKS.get(row.status, "✗")
        line = f"{mark} {row.delivery_id[:12]} {at} {row.recipient} ({row.via}) {said}"
        console.print(escape(line), highlight=False)
        if row.error and row.status != "sent":
            console.print(f"    → {escape(row.error)}", style="dim", highlight=False)


def _print_one(console: Console, one: Preview) -> None:
    console.print(escape(f"→ {_address(one.recipient)}"), style="bold", highlight=False)
    if one.prepared is None:
        console.print(f"  ✗ {escape(one.why)}", highlight=False)
    elif one.prepared.parcel is None:
        console.print("  nothing new", highlight=False)
    else:
        parcel = one.prepared.parcel
        for line in plain(parcel.lines).splitlines():
            console.print(f"  {escape(line)}", highlight=False)
        for enclosure in parcel.enclosures:
            console.print(escape(f"  + {enclosure.path.name}"), highlight=False)


def _address(recipient: Recipient) -> str:
    return f"{recipient.name}: {recipient.role}, {recipient.via} {recipient.to}"
