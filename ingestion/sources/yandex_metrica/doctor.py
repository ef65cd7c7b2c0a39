"""What keeps visits from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.yandex_metrica.client import MetricaClient
from ingestion.sources.yandex_metrica.config import YandexMetricaSection
from ingestion.sources.yandex_metrica.settings import NAME


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the token and asks every counter whether yesterday can be had; never raises."""
    section = settings.section(YandexMetricaSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    if not section.counters:
        yield DoctorLine(
            NAME,
            "counters",
            "failed",
            "no counter is named",
            "put its number into sources.yandex_metrica.counters in company.toml",
        )
        return
    try:
        client = MetricaClient(section, clock, max_attempts=2)
    except SkvozError as error:
        yield DoctorLine(NAME, "address", "failed", str(error))
        return
    with contextlib.closing(client):
        for counter in section.counters:
            yield _counter(client, counter, settings)


def _counter(client: MetricaClient, counter: str, settings: Settings) -> DoctorLine:
    check = f"counter {counter}"
    try:
        secret(NAME, "token", counter)
    except SkvozError as error:
        return DoctorLine(NAME, check, "failed", str(error), "issue a token at oauth.yandex.ru")
    try:
        zone = client.zone(counter)
        yesterday = settings.now().astimezone(zone).date() - timedelta(days=1)
        evaluation = client.evaluate(counter, (yesterday, yesterday))
        others = [
            found
            for found in client.list_requests(counter)
            if found.status == "processed" and not found.is_ours
        ]
    except SkvozError as error:
        return DoctorLine(NAME, check, "failed", str(error))
    if not evaluation.is_possible:
        said = f"no room for logs: {len(others)} requests of other programs are kept there"
        action = "clean them (Logs API, clean): Metrica keeps 10 GB for a counter"
        return DoctorLine(NAME, check, "failed", said, action)
    return DoctorLine(NAME, check, "ok", f"opens, days and times of {zone.key}")
