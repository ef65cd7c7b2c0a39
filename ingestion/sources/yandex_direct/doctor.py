"""What keeps Direct's spend from being loaded, in words for the person who has to mend it."""

from collections.abc import Iterator

from ingestion.errors import SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock, Throttle
from ingestion.registry import DoctorLine
from ingestion.settings import Settings
from ingestion.sources.yandex_direct import lists
from ingestion.sources.yandex_direct.cabinets import agencies, named
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.owners import Cabinet
from ingestion.sources.yandex_direct.settings import NAME

_TRIES = 2


def doctor(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Iterator[DoctorLine]:
    """Looks at the tokens and asks every cabinet for one campaign; never raises."""
    section = settings.section(YandexDirectSection)
    if not section.enabled:
        yield DoctorLine(NAME, "source", "off", "switched off in company.toml")
        return
    if not section.logins and not section.cabinets:
        yield DoctorLine(
            NAME,
            "logins",
            "failed",
            "no cabinet is named",
            "put its login into sources.yandex_direct.logins in company.toml",
        )
        return
    examiner = _Examiner(section, settings.company.currency, clock)
    cabinets = named(section)
    for agency in agencies(section):
        line, found = examiner.agency(agency)
        yield line
        cabinets += [one for one in found if one.login not in {own.login for own in cabinets}]
    for cabinet in cabinets:
        yield from examiner.cabinet(cabinet)


class _Examiner:
    def __init__(self, section: YandexDirectSection, currency: str, clock: Clock) -> None:
        # nobody waits for a doctor as long as for a load
        self._section = section.model_copy(update={"max_attempts": _TRIES})
        self._company_currency = currency
        self._clock = clock
        self._throttle = Throttle(section.requests_per_second, clock)

    def _client(self, cabinet: Cabinet) -> DirectClient:
        cabinet.token()
        return DirectClient(self._section, cabinet, self._throttle, self._clock)

    def agency(self, agency: Cabinet) -> tuple[DoctorLine, list[Cabinet]]:
        check = f"agency {agency.login}"
        try:
            with self._client(agency) as client:
                items = lists.clients(client)
        except SkvozError as error:
            return DoctorLine(NAME, check, "failed", str(error)), []
        if not items:
            action = "name the cabinets themselves in sources.yandex_direct.logins"
            return DoctorLine(NAME, check, "failed", "opens, but has no clients", action), []
        found = [Cabinet(item["Login"], agency=agency.login) for item in items]
        return DoctorLine(NAME, check, "ok", f"opens, {len(found)} clients"), found

    def cabinet(self, cabinet: Cabinet) -> Iterator[DoctorLine]:
        check = f"cabinet {cabinet.login}"
        try:
            with self._client(cabinet) as client:
                campaign = next(lists.campaigns(client, page=1), None)
        except SkvozError as error:
            yield DoctorLine(NAME, check, "failed", str(error))
            return
        if campaign is None:
            action = "is this the right login? spend appears with the first campaign"
            yield DoctorLine(NAME, check, "warning", "opens, but has no campaigns", action)
            return
        currency = campaign.get("Currency")
        if currency != self._company_currency:
            yield DoctorLine(
                NAME,
                check,
                "warning",
                f"counts in {currency}, the company in {self._company_currency}",
                "the sums are loaded as they are and are not converted",
            )
            return
        yield DoctorLine(NAME, check, "ok", f"opens, counts in {currency}")
