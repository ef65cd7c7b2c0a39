"""What keeps Calltouch from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.calltouch.client import CalltouchClient
from ingestion.sources.calltouch.config import CalltouchSection
from ingestion.sources.calltouch.rows import request_rows, zone_differs_by
from ingestion.sources.calltouch.settings import NAME

_SITES = "put their numbers into sources.calltouch.site_ids in company.toml"


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the token and asks every site, and the account, for yesterday; never raises."""
    section = settings.section(CalltouchSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    try:
        secret(NAME, "client_api_id")
        client = CalltouchClient(section, clock)
    except SkvozError as error:
        action = "the token stands in the personal account (integrations, API)"
        yield DoctorLine(NAME, "token", "failed", str(error), action)
        return
    yield DoctorLine(NAME, "token", "ok", "set")
    zone = ZoneInfo(section.timezone)
    today = settings.now().astimezone(zone).date()
    yesterday = today - timedelta(days=1)
    with contextlib.closing(client):
        if not section.site_ids:
            yield DoctorLine(NAME, "sites", "warning", "no site is named: no calls", _SITES)
        for site_id in section.site_ids:
            check = f"site {site_id}"
            try:
                found = len(client.calls(site_id, yesterday, yesterday))
                yield DoctorLine(NAME, check, "ok", f"{found} calls yesterday")
            except SkvozError as error:
                yield DoctorLine(NAME, check, "failed", str(error))
        try:
            records = client.requests(yesterday, yesterday)
            rows = request_rows(records, (yesterday, yesterday), zone, settings.now())
        except SkvozError as error:
            yield DoctorLine(NAME, "requests", "failed", str(error))
            return
    yield DoctorLine(NAME, "requests", "ok", f"{len(records)} yesterday")
    differs = zone_differs_by(rows, zone)
    if differs:
        hours = differs.total_seconds() / 3600
        yield DoctorLine(
            NAME,
            "time zone",
            "warning",
            f"Calltouch's clock is {hours:+g} h from {section.timezone}",
            "set sources.calltouch.timezone to the zone that the personal account shows",
        )
