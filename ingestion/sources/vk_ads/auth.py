"""Tokens of a cabinet: VK lets five live at once, so one is kept, refreshed, and rarely issued."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from ingestion.errors import AuthError, RequestRejectedError, SkvozError, SourceFormatError
from ingestion.http import HttpClient, parse_json
from ingestion.settings import secret
from ingestion.sources.vk_ads.config import Cabinet
from ingestion.sources.vk_ads.faults import Fault, error_for, read_fault
from ingestion.sources.vk_ads.settings import NAME
from ingestion.tokens import TokenFile

logger = logging.getLogger(__name__)

_ISSUE = "api/v2/oauth2/token.json"
_DROP = "api/v2/oauth2/token/delete.json"
_DAY = 86_400  # what VK's tokens live; counted where the answer does not say
_EARLY = timedelta(minutes=10)  # refreshed so long before its end: a load must not lose it midway
_REFUSALS = (400, 401, 403, 404)


class TokenLimitError(AuthError):
    """VK holds five tokens for this API access and cabinet already."""


@dataclass(frozen=True, repr=False)
class Token:
    access: str
    refresh: str
    expires_at: datetime


class CabinetTokens:
    """What opens one cabinet, for all processes of a company.

    Args:
        http: calls without a token of their own.
        folder: tokens are kept there, one file a cabinet.
        now: the moment that expiry is measured against.
        drop_when_full: delete every token of this cabinet, other programs' too, when VK gives no
            sixth; only a person may wish that.
    """

    def __init__(
        self,
        http: HttpClient,
        cabinet: Cabinet,
        folder: Path,
        now: Callable[[], datetime],
        *,
        drop_when_full: bool = False,
    ) -> None:
        self._http = http
        self._cabinet = cabinet
        self._file = TokenFile(folder / f"{cabinet.name.lower()}.json", NAME)
        self._now = now
        self._drop_when_full = drop_when_full
        self._token: Token | None = None

    def headers(self) -> dict[str, str]:
        """What proves who we are, for one request."""
        token = self._token or self._stored()
        if token is None or self._is_ending(token):
            token = self._replace(token)
        self._token = token
        return {"Authorization": f"Bearer {token.access}"}

    def renew(self, *, anew: bool = False) -> None:
        """After a 401: another process's token, a refreshed one, or (``anew``) a new one."""
        self._token = self._replace(self._token, anew=anew)

    def words(self) -> list[str]:
        """Secrets in use, to clean an answer that echoes them."""
        return [self._token.access, self._token.refresh] if self._token else []

    def _replace(self, used: Token | None, *, anew: bool = False) -> Token:
        with self._file.lock():
            stored = self._stored()
            is_others = stored is not None and (used is None or stored.access != used.access)
            if stored is not None and is_others and not self._is_ending(stored):
                return stored
            with self._file.prepared() as save:
                token = None if stored is None or anew else self._refreshed(stored)
                token = token or self._issued()
                save(self._dump(token))
        return token

    def _refreshed(self, stored: Token) -> Token | None:
        """The same token with another value; None where VK does not know it any more."""
        form = self._form("refresh_token", refresh_token=stored.refresh)
        response = self._http.request("POST", _ISSUE, data=form, accept=(200, *_REFUSALS))
        fault = self._fault(response, stored.access, stored.refresh)
        if fault is None:
            logger.info("vk_ads: cabinet %s: token refreshed", self._cabinet.name)
            return self._read(response, stored.refresh)
        logger.warning(
            "vk_ads: cabinet %s: VK does not refresh the token %s, a new one is asked for",
            self._cabinet.name,
            fault.said,
        )
        return None

    def _issued(self) -> Token:
        response = self._ask_for_one()
        fault = self._fault(response)
        if fault is not None and self._is_limit(fault) and self._drop_when_full:
            logger.warning(
                "vk_ads: cabinet %s: VK holds five tokens already; all of them are deleted, other "
                "programs' too, because sources.vk_ads.drop_tokens_when_full says so",
                self._cabinet.name,
            )
            form = {**self._client(), **self._user("username", "user_id")}
            self._http.request("POST", _DROP, data=form)
            response = self._ask_for_one()
            fault = self._fault(response)
        if fault is not None:
            raise self._refusal(fault)
        logger.info("vk_ads: cabinet %s: new token issued", self._cabinet.name)
        return self._read(response, "")

    def _ask_for_one(self) -> requests.Response:
        user = self._user("agency_client_name", "agency_client_id")
        form = self._form("agency_client_credentials" if user else "client_credentials", **user)
        return self._http.request("POST", _ISSUE, data=form, accept=(200, *_REFUSALS))

    def _refusal(self, fault: Fault) -> SkvozError:
        where = f"vk_ads: cabinet {self._cabinet.name}"
        if self._is_limit(fault):
            return TokenLimitError(
                f"{where}: VK holds five tokens for this API access and gives no sixth "
                f"{fault.said}: other programs use the same client_id, or {self._file.path} was "
                "lost. Give Skvoz an API access of its own; or stop the other programs and set "
                "sources.vk_ads.drop_tokens_when_full = true for one run, which deletes all five, "
                "theirs too; or wait: a token nobody uses vanishes after a month"
            )
        if fault.status in (400, 404):
            return RequestRejectedError(
                f"{where}: VK gives no token {fault.said}; check this cabinet's agency_client_name "
                "or agency_client_id in sources.vk_ads.cabinets of company.toml"
            )
        return error_for(fault, self._cabinet.name, "a token")

    @staticmethod
    def _is_limit(fault: Fault) -> bool:
        # the documentation promises the status only
        return fault.status == 403 and fault.code != "ERR_ACCESS_DENIED"

    def _fault(self, response: requests.Response, *more: str) -> Fault | None:
        secrets = [*self.words(), *self._client().values(), *more]
        return read_fault(response, f"POST /{_ISSUE}", secrets)

    def _form(self, grant: str, **more: str) -> dict[str, str]:
        return {"grant_type": grant, **self._client(), **more}

    def _client(self) -> dict[str, str]:
        name = self._cabinet.name
        return {key: secret(NAME, key, name) for key in ("client_id", "client_secret")}

    def _user(self, name_key: str, id_key: str) -> dict[str, str]:
        """An agency's client, under the names that a request has for it; nothing for oneself."""
        if self._cabinet.agency_client_name:
            return {name_key: self._cabinet.agency_client_name}
        if self._cabinet.agency_client_id is not None:
            return {id_key: str(self._cabinet.agency_client_id)}
        return {}

    def _read(self, response: requests.Response, refresh: str) -> Token:
        answer: Any = parse_json(response)
        try:
            seconds = int(str(answer.get("expires_in") or _DAY))
            refresh = str(answer.get("refresh_token") or refresh)
            return Token(
                str(answer["access_token"]), refresh, self._now() + timedelta(seconds=seconds)
            )
        except (AttributeError, KeyError, ValueError, OverflowError):
            pass
        # outside the handler: its traceback would hold the answer
        raise SourceFormatError(
            f"vk_ads: cabinet {self._cabinet.name}: the answer to a request for a token has no "
            "access_token or an expires_in that is no number; "
            "check sources.vk_ads.base_url in company.toml"
        )

    def _is_ending(self, token: Token) -> bool:
        return token.expires_at - self._now() < _EARLY

    def _stored(self) -> Token | None:
        """The token in the file, if it belongs to the API access that is configured now."""
        kept = self._file.read() or {}
        try:
            token = Token(
                kept["access_token"],
                kept["refresh_token"],
                datetime.fromisoformat(kept["expires_at"]),
            )
        except (KeyError, TypeError, ValueError):
            return None
        return token if kept.get("origin") == self._origin() else None

    def _dump(self, token: Token) -> dict[str, Any]:
        return {
            "access_token": token.access,
            "refresh_token": token.refresh,
            "expires_at": token.expires_at.isoformat(),
            "origin": self._origin(),
        }

    def _origin(self) -> str:
        """Whose tokens these are; another API access or client makes the file's void."""
        user = self._user("name", "id")
        parts = [self._http.base_url, self._client()["client_id"], *user.values()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
