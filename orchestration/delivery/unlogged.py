"""Alerts of runs that failed because the warehouse cannot be opened, so that no log can be kept.

Who tells of a failed run first leaves a mark in ``state/alerts``; the log's own alerts leave one as
well, so neither way repeats the other.
"""

import logging
from pathlib import Path

from orchestration.delivery import log as delivery_log
from orchestration.delivery.office import Office
from orchestration.delivery.quiet import quiet_until
from reporting.deliver.errors import NotDeliveredError
from reporting.deliver.parcel import Parcel
from reporting.errors import ReportError

logger = logging.getLogger(__name__)
_UNLOGGED = "unlogged"


def was_told(office: Office, recipient: str, period: str) -> bool:
    """Whether an alert went out past the log; if not, it is the log's from now on."""
    mark = _mark(office, recipient, period)
    try:
        if mark.exists():
            return mark.read_text(encoding="utf-8") == _UNLOGGED
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text("log", encoding="utf-8")
    except OSError as error:
        logger.warning("%s: %s", mark, error.strerror)
    return False


def tell_unlogged(office: Office, alerts: list[tuple[str, str, Parcel]]) -> None:
    """Send alerts, each a recipient's name, a period and words, that nobody has told yet.

    Without a mark on the disk nothing is sent: better once in the journal than twice in a chat.
    """
    if quiet_until(office.settings, office.clock()):
        return
    for name, period, parcel in alerts:
        recipient, mark = office.recipients[name], _mark(office, name, period)
        try:
            mark.parent.mkdir(parents=True, exist_ok=True)
            with mark.open("x", encoding="utf-8") as file:
                file.write(_UNLOGGED)
        except FileExistsError:
            continue
        except OSError as error:
            logger.warning("%s: %s", mark, error.strerror)
            continue
        way = office.way(recipient.via)
        try:
            for part in way.parts(parcel):
                number = delivery_log.delivery_id(name, "alert", period, part)
                way.send(parcel, part, recipient.to, number)
        except NotDeliveredError as error:
            mark.unlink(missing_ok=True)
            logger.warning("%s, alert: %s", name, error)
        except ReportError as error:
            logger.warning("%s, alert: %s", name, error)


def _mark(office: Office, recipient: str, period: str) -> Path:
    return office.settings.state_dir / "alerts" / delivery_log.parcel_id(recipient, "alert", period)
