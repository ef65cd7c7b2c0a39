"""What keeps Direct's spend from being loaded, in words for the person who has to mend it."""

import contextlib
from collections.abc import Iterator

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import DoctorLine
from ingestion.settings import Settings, secret
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.settings import NAME


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the token and asks every cabinet for one campaign; never raises."""
    section = settings.section(YandexDirectSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    try:
        secret(NAME, "token")
    except SkvozError as error:
        yield DoctorLine(NAME, "token", "failed", str(error), "issue a token at oauth.yandex.ru")
        return
    yield DoctorLine(NAME, "token", "ok", "set")
    if not section.logins:
        yield DoctorLine(
            NAME,
            "logins",
            "failed",
            "no cabinet is named",
            "put its login into sources.yandex_direct.logins in company.toml",
        )
        return
    try:
        client = DirectClient(section, "doctor", clock, tries=2)
    except SkvozError as error:
        yield DoctorLine(NAME, "address", "failed", str(error))
        return
    with contextlib.closing(client):
        for login in section.logins:
            yield _cabinet(client, login, settings.company.currency)


def _cabinet(client: DirectClient, login: str, company_currency: str) -> DoctorLine:
    check = f"cabinet {login}"
    try:
        currency = client.currency(login)
    except SkvozError as error:
        return DoctorLine(NAME, check, "failed", str(error))
    if currency is None:
        action = "is this the right login? spend appears with the first campaign"
        return DoctorLine(NAME, check, "warning", "opens, but has no campaigns", action)
    if currency != company_currency:
        return DoctorLine(
            NAME,
            check,
            "warning",
            f"counts in {currency}, the company in {company_currency}",
            "the sums are loaded as they are and are not converted",
        )
    return DoctorLine(NAME, check, "ok", f"opens, counts in {currency}")
