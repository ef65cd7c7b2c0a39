"""Whether the ways to recipients work, asked without sending anything."""

from collections.abc import Iterator

from ingestion.delivery_config import Via
from ingestion.errors import ConfigError
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from orchestration.assets.publish import published_file
from orchestration.delivery.scope import scope_of
from orchestration.delivery.ways import build_way
from reporting.data import open_marts
from reporting.errors import ReportError

_TITLES: dict[Via, str] = {
    "telegram": "Delivery, Telegram bot",
    "email": "Delivery, mail server",
    "folder": "Delivery, folder",
}


def delivery_lines(settings: Settings) -> Iterator[DoctorLine]:
    """A line for each way that somebody is reached by, and one for each unknown recipient."""
    recipients = settings.delivery.recipients
    if not recipients:
        yield DoctorLine("delivery", "Delivery", "off", "nobody gets anything")
        return
    for via in sorted({recipient.via for recipient in recipients}):
        try:
            found = build_way(via, settings).check()
        except ReportError as error:
            yield DoctorLine("delivery", _TITLES[via], "failed", str(error))
        else:
            yield DoctorLine("delivery", _TITLES[via], "ok", found)
    try:
        with open_marts(published_file(settings.published_dir)) as connection:
            for recipient in recipients:
                try:
                    scope_of(connection, recipient)
                except ConfigError as error:
                    yield DoctorLine("delivery", "Delivery, recipients", "failed", str(error))
    except ReportError:  # before the first run nobody's deals are known
        return
