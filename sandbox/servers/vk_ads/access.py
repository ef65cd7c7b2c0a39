"""Tokens: five at most live for a pair of API access and user, whoever asked for them."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from sandbox.servers.vk_ads.errors import VkError
from sandbox.servers.vk_ads.switches import VkSwitches
from sandbox.simulation.vk_ads import Cabinet

LIVE_TOKENS = 5


@dataclass(frozen=True)
class Credentials:
    client_id: str
    client_secret: str


@dataclass
class Token:
    access: str
    refresh: str
    client: str
    username: str
    until: float  # time.monotonic()


class Access:
    """Who may call: API accesses ("clients") and the tokens they were given."""

    def __init__(self, cabinets: list[Cabinet], switches: VkSwitches) -> None:
        self.cabinets, self.switches = cabinets, switches
        self.tokens: list[Token] = []
        self._credentials: dict[str, Credentials] = {}

    def credentials(self, client: str) -> Credentials:
        """The pair that belongs to an API access, made up when first asked for."""
        return self._credentials.setdefault(
            client, Credentials(secrets.token_hex(8), secrets.token_hex(32))
        )

    def cabinet(self, authorization: str) -> Cabinet:
        """The cabinet that a call's token opens.

        Raises:
            VkError: 401 for an unknown or expired one.
        """
        access = authorization.removeprefix("Bearer ")
        token = next((token for token in self.tokens if token.access == access), None)
        if token is None:
            raise VkError(401, "invalid_token")
        if token.until <= time.monotonic():
            raise VkError(401, "expired_token")
        return self._named(token.username)

    def issue(self, form: dict[str, str]) -> dict[str, Any]:
        """POST oauth2/token.json.

        Raises:
            VkError: 401 for wrong credentials or refresh token, 403 for a sixth token, 400.
        """
        client = self._client(form)
        grant = form.get("grant_type")
        if grant == "refresh_token":
            return self._refresh(client, form.get("refresh_token", ""))
        if grant == "client_credentials":
            own = [c for c in self.cabinets if c.client == client and not c.is_agency_client]
            if not own:
                raise VkError(403, "ERR_ACCESS_DENIED")
            username = own[0].username
        elif grant == "agency_client_credentials":
            username = self._agency_client(client, form)
        else:
            raise VkError(400, "ERR_WRONG_PARAMETER")
        live = [t for t in self.tokens if (t.client, t.username) == (client, username)]
        if len(live) >= LIVE_TOKENS:
            raise VkError(403, "token_limit_exceeded")
        token = Token(secrets.token_hex(32), secrets.token_hex(32), client, username, self._until())
        self.tokens.append(token)
        return self._answer(token)

    def drop(self, form: dict[str, str]) -> None:
        """POST oauth2/token/delete.json: every token of the user goes, expired ones too."""
        client = self._client(form)
        if "username" in form or "user_id" in form:
            wanted = (form.get("username"), form.get("user_id"))
            cabinet = next(
                (
                    c
                    for c in self.cabinets
                    if c.username == wanted[0] or str(c.user_id) == wanted[1]
                ),
                None,
            )
        else:
            cabinet = next((c for c in self.cabinets if c.client == client), None)
        if cabinet is None:
            raise VkError(404, "ERR_WRONG_IDS")
        pair = (client, cabinet.username)
        self.tokens = [token for token in self.tokens if (token.client, token.username) != pair]

    def expire(self) -> None:
        """Every access token is past its day; refresh tokens live on."""
        for token in self.tokens:
            token.until = 0.0

    def forget(self) -> None:
        """As after a month without a call: VK knows none of the tokens any more."""
        self.tokens.clear()

    def _refresh(self, client: str, refresh: str) -> dict[str, Any]:
        token = next((t for t in self.tokens if (t.client, t.refresh) == (client, refresh)), None)
        if token is None or self.switches.loses_refresh_tokens:
            raise VkError(401, "invalid_token")
        token.access, token.until = secrets.token_hex(32), self._until()
        if self.switches.refresh_rotates:
            token.refresh = secrets.token_hex(32)
        return self._answer(token)

    def _agency_client(self, client: str, form: dict[str, str]) -> str:
        wanted = (form.get("agency_client_name"), form.get("agency_client_id"))
        for cabinet in self.cabinets:
            is_meant = cabinet.username == wanted[0] or str(cabinet.user_id) == wanted[1]
            if cabinet.is_agency_client and cabinet.client == client and is_meant:
                return cabinet.username
        raise VkError(404, "ERR_WRONG_IDS")

    def _client(self, form: dict[str, str]) -> str:
        for cabinet in self.cabinets:
            known = self.credentials(cabinet.client)
            if (form.get("client_id"), form.get("client_secret")) == (
                known.client_id,
                known.client_secret,
            ):
                return cabinet.client
        raise VkError(401, "invalid_client")

    def _named(self, username: str) -> Cabinet:
        return next(cabinet for cabinet in self.cabinets if cabinet.username == username)

    def _until(self) -> float:
        return time.monotonic() + self.switches.token_seconds

    def _answer(self, token: Token) -> dict[str, Any]:
        seconds = self.switches.token_seconds
        return {
            "access_token": token.access,
            "token_type": "bearer",
            "scope": ["read_ads"],
            "expires_in": seconds if self.switches.expires_in_as_number else str(seconds),
            "refresh_token": token.refresh,
        }
