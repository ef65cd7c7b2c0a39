"""Every cabinet of the company, those of its agencies' clients included, and clients for them."""

import secrets
from datetime import datetime

from ingestion.columns import Row
from ingestion.errors import ConfigError
from ingestion.http import SYSTEM_CLOCK, Clock, Throttle
from ingestion.sources.yandex_direct import lists
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.owners import Cabinet
from ingestion.sources.yandex_direct.rows import campaign_row


class Cabinets:
    """What one run asks Direct through; remembers what every table needs, so that it is asked once.

    ``run_id`` goes into report names, so that a run never gets a report built for another one:
    Direct serves a ready report for five hours as it was.
    """

    def __init__(self, section: YandexDirectSection, clock: Clock = SYSTEM_CLOCK) -> None:
        self.run_id = secrets.token_hex(4)
        self._section = section
        self._clock = clock
        self._throttle = Throttle(section.requests_per_second, clock)
        self._deadline: float | None = None
        self._all: list[Cabinet] | None = None
        self._campaigns: dict[str, list[Row]] = {}

    def client(self, cabinet: Cabinet) -> DirectClient:
        """A client to be closed; the run's time begins with the first one."""
        if self._deadline is None:
            self._deadline = self._clock.now() + self._section.time_limit_minutes * 60
        return DirectClient(self._section, cabinet, self._throttle, self._clock, self._deadline)

    def all(self) -> list[Cabinet]:
        """Cabinets by login, in the order of the settings.

        Raises:
            ConfigError: none is named, or an agency has no clients.
        """
        if self._all is None:
            found = {cabinet.login: cabinet for cabinet in named(self._section)}
            for agency in agencies(self._section):
                with self.client(agency) as client:
                    clients = lists.clients(client)
                if not clients:
                    raise ConfigError(
                        f"yandex_direct: agency {agency.login} has no clients; name the cabinets "
                        "themselves in sources.yandex_direct.logins in company.toml"
                    )
                for item in clients:
                    login, name = item["Login"], item.get("ClientInfo") or ""
                    found.setdefault(login, Cabinet(login, name, agency.login))
            if not found:
                raise ConfigError(
                    "yandex_direct: no cabinet is named; put its login into "
                    'sources.yandex_direct.logins in company.toml, e.g. logins = ["my-company"]'
                )
            self._all = list(found.values())
        return self._all

    def campaigns(self, cabinet: Cabinet, seen_at: datetime) -> list[Row]:
        """Rows of a cabinet's campaigns, in all states."""
        if cabinet.login not in self._campaigns:
            with self.client(cabinet) as client, client.documented("campaigns"):
                rows = [campaign_row(item) for item in lists.campaigns(client)]
            common = {"login": cabinet.login, "last_seen_at": seen_at}
            self._campaigns[cabinet.login] = [{**common, **row} for row in rows]
        return self._campaigns[cabinet.login]


def named(section: YandexDirectSection) -> list[Cabinet]:
    """Advertisers that the settings name."""
    entries = [Cabinet(entry.login, entry.name) for entry in section.cabinets if not entry.agency]
    return [Cabinet(login) for login in section.logins] + entries


def agencies(section: YandexDirectSection) -> list[Cabinet]:
    """Agencies that the settings name."""
    return [
        Cabinet(entry.login, entry.name, is_agency=True)
        for entry in section.cabinets
        if entry.agency
    ]
