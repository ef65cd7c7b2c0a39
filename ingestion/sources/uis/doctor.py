"""What keeps calls from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.uis.client import UisClient, zone_of
from ingestion.sources.uis.config import UisSection
from ingestion.sources.uis.rows import bounds
from ingestion.sources.uis.settings import NAME, REPORTS

_FEW = 50  # requests of a day; a daily load of three reports takes about ten


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the token, asks for the account and for yesterday in every report; never raises."""
    section = settings.section(UisSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    try:
        secret(NAME, "access_token")
        client = UisClient(section, clock, tries=2)
    except SkvozError as error:
        action = "make an access token in the personal account (users, API keys)"
        yield DoctorLine(NAME, "token", "failed", str(error), action)
        return
    yield DoctorLine(NAME, "token", "ok", "set")
    with contextlib.closing(client):
        try:
            account = client.account()
            zone = zone_of(section, account, settings.zone)
        except SkvozError as error:
            yield DoctorLine(NAME, "account", "failed", str(error))
            return
        said = f'opens "{account.name}" (id {account.id}), times of {zone.key}'
        yield DoctorLine(NAME, "account", "ok", said)
        yesterday = settings.now().astimezone(zone).date() - timedelta(days=1)
        since, until = bounds((yesterday, yesterday), settings.now(), zone)
        for report in REPORTS:
            check = f"report {report.table}"
            if report.table not in section.reports:
                yield DoctorLine(NAME, check, "off", "not in sources.uis.reports")
                continue
            try:
                found = len(client.report(report, since, until))
            except SkvozError as error:
                yield DoctorLine(NAME, check, "failed", str(error))
                continue
            yield DoctorLine(NAME, check, "ok", f"{found} yesterday")
        yield _limits(client)


def _limits(client: UisClient) -> DoctorLine:
    left = client.day_remaining
    if left is not None and left < _FEW:
        action = "see which other programs use the account, or ask the service for more"
        return DoctorLine(NAME, "limits", "warning", f"{left} requests left today", action)
    said = "not said" if left is None else f"{left} requests left today"
    return DoctorLine(NAME, "limits", "ok", said)
