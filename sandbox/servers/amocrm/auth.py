"""OAuth as amoCRM does it: a refresh token works once, and the bearer expires."""

import base64
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json, problem

_OAUTH_PROBLEM = "https://developers.amocrm.ru/v3/errors/OAuthProblemJson"


def _token(**claims: object) -> str:
    """A token of the JWT form; nobody checks its signature here."""
    parts = ({"typ": "JWT", "alg": "RS256"}, claims, {"nonce": secrets.token_hex(16)})
    return ".".join(base64.urlsafe_b64encode(orjson.dumps(p)).decode().rstrip("=") for p in parts)


@dataclass
class Credentials:
    """What an integration is given: a long-lived token, a client pair, a refresh token."""

    access_token: str = field(default_factory=lambda: _token(type="long-lived"))
    client_id: str = field(default_factory=lambda: secrets.token_hex(16))
    client_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    refresh_token: str = field(default_factory=lambda: "def502" + secrets.token_hex(48))


class Tokens:
    """The tokens alive now."""

    def __init__(self, company: Company, faults: Faults, credentials: Credentials) -> None:
        self.company, self.faults, self.credentials = company, faults, credentials
        self.refresh_token = credentials.refresh_token
        self.refreshes = 0
        self._issued: dict[str, tuple[float, float]] = {
            credentials.access_token: (time.monotonic(), float("inf"))
        }

    def accepts(self, request: Request) -> bool:
        """Whether the request's bearer is known, not expired and not withdrawn."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        issued, expires = self._issued.get(token, (float("-inf"), 0.0))
        alive = self.faults.tokens_valid_from <= issued and time.monotonic() < expires
        return scheme.lower() == "bearer" and alive

    async def exchange(self, request: Request) -> Response:
        """POST /oauth2/access_token with grant_type refresh_token, JSON or form."""
        asked = await _fields(request)
        if asked is None or asked.get("grant_type") != "refresh_token":
            return _refused(400, "The request is missing a required parameter or it is malformed")
        pair = (asked.get("client_id"), asked.get("client_secret"))
        if pair != (self.credentials.client_id, self.credentials.client_secret):
            return _refused(401, "Client authentication failed")
        if asked.get("refresh_token") != self.refresh_token:
            return _refused(401, "The refresh token is invalid.", hint="Token has been revoked")
        return self._rotate()

    def _rotate(self) -> Response:
        lifetime = self.faults.access_token_ttl
        now = time.monotonic()
        self.refreshes += 1
        self.refresh_token = "def502" + secrets.token_hex(48)
        access = _token(
            account_id=self.company.spec.account_id, exp=int(time.time()) + lifetime, scopes=["crm"]
        )
        self._issued[access] = (now, now + lifetime)
        body = {
            "token_type": "Bearer",
            "expires_in": lifetime,
            "server_time": int(time.time()),
            "access_token": access,
            "refresh_token": self.refresh_token,
        }
        return Response(as_json(body), media_type="application/json")


async def _fields(request: Request) -> dict[str, str] | None:
    raw = await request.body()
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(raw.decode("utf-8", "replace")))
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _refused(status: int, detail: str, **more: str) -> Response:
    return problem(status, detail, type=_OAUTH_PROBLEM, **more)
