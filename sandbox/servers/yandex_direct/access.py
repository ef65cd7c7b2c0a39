"""Who may ask the local Yandex Direct for what: tokens, logins, an agency, and the pace."""

import time
from collections import deque

from starlette.requests import Request

from sandbox.faults import Faults
from sandbox.model import Campaign, Company
from sandbox.servers.yandex_direct.errors import DirectError
from sandbox.servers.yandex_direct.switches import DirectFaults


class Access:
    """The advertisers: the common token opens all of them, each one's own only itself."""

    def __init__(self, company: Company, faults: Faults, token: str) -> None:
        self._company, self._faults, self._token = company, faults, token
        self._switches = faults.of(DirectFaults)
        self._asked: deque[float] = deque()

    @property
    def logins(self) -> list[str]:
        return list(dict.fromkeys(campaign.login for campaign in self._company.campaigns))

    def own_token(self, login: str) -> str:
        """The token of one advertiser."""
        return f"{self._token}-{login}"

    def campaigns(self, login: str) -> list[Campaign]:
        return [campaign for campaign in self._company.campaigns if campaign.login == login]

    def login(self, request: Request) -> str:
        """Whom a request is about; "" for the agency itself.

        Raises:
            DirectError: planned by a test, or the token, the login or the pace is wrong.
        """
        if self._faults.direct_errors:
            raise DirectError(self._faults.direct_errors.popleft(), "Planned")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        every = self.logins
        opened = every
        if token != self._token:
            opened = [login for login in every if self.own_token(login) == token]
            if not opened:
                raise DirectError(53, "Invalid OAuth token")
        login = request.headers.get("client-login", "")
        if self._switches.is_agency and not login:
            if not request.url.path.endswith("/agencyclients"):
                raise DirectError(8000, "Client-Login must be specified")
        else:
            login = login or next(iter(opened), "")
            if login not in every:
                raise DirectError(8800, f"Client-Login {login} is not found")
            if login not in opened:
                raise DirectError(54, f"No rights to {login}")
        self._pace()
        return login

    def _pace(self) -> None:
        limit, now = self._faults.direct_requests_per_10s, time.monotonic()
        while self._asked and now - self._asked[0] >= 10:
            self._asked.popleft()
        if limit is not None and len(self._asked) >= limit:
            raise DirectError(56, f"More than {limit} requests within 10 seconds")
        self._asked.append(now)
