"""Who we are to amoCRM: a long-lived token, or OAuth with a refresh token that works once."""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from ingestion.errors import (
    AuthError,
    MissingSecretError,
    RequestRejectedError,
    ServiceUnavailableError,
    SourceFormatError,
)
from ingestion.http import HttpClient, parse_json
from ingestion.settings import secret
from ingestion.sources.amocrm.config import MAIN

logger = logging.getLogger(__name__)

LOCK_SECONDS = 120  # a refresh takes a second; with retries of a bad network, two minutes
RESERVED_BYTES = 8192  # an answer with both tokens takes about 2 KB


def token_file(owner: str = "") -> str:
    """Where an account's rotating tokens lie in the state folder; the main account's as ever."""
    return f"amocrm_tokens_{owner}.json" if owner and owner != MAIN else "amocrm_tokens.json"


class Credentials(Protocol):
    def headers(self) -> dict[str, str]:
        """What proves who we are, for one request."""

    def renew(self) -> bool:
        """After a 401: whether the credentials are other ones now, so that a retry makes sense."""


class LongLivedToken:
    """The token issued by hand in the integration's settings, for 1 day to 5 years.

    ``owner`` is the account's name where a company has several; read once, for it is asked for
    with every request.
    """

    def __init__(self, owner: str = "") -> None:
        self._owner = owner
        self._token = ""

    def headers(self) -> dict[str, str]:
        self._token = self._token or secret("amocrm", "access_token", self._owner)
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        return False


@dataclass(frozen=True, repr=False)
class TokenPair:
    access: str
    refresh: str


class RotatingTokens:
    """OAuth tokens kept in one file, so that the many processes of a company share them.

    A refresh token dies when it is used and its successor comes in the answer, therefore a refresh
    happens under a lock, only if nobody else has refreshed meanwhile, and only after the file's
    space is reserved on disk. Only a crash between the answer and ``os.replace`` can lose it.
    """

    def __init__(
        self, http: HttpClient, redirect_uri: str, state_dir: Path, owner: str = ""
    ) -> None:
        self._http = http
        self._redirect_uri = redirect_uri
        self._owner = owner
        self._path = state_dir / token_file(owner)
        self._pair: TokenPair | None = None
        self._sent = threading.local()  # several requests are under way, each with its own thread

    def headers(self) -> dict[str, str]:
        pair = self._pair or self._stored() or self._rotate(used=None)
        self._pair = self._sent.pair = pair
        return {"Authorization": f"Bearer {pair.access}"}

    def renew(self) -> bool:
        # of many threads that were told 401 at once the first renews, the others find its pair
        self._pair = self._rotate(used=getattr(self._sent, "pair", None))
        return True

    def _rotate(self, used: TokenPair | None) -> TokenPair:
        """The pair after ``used``: another process's, if it was first, else a new one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{self._path}.lock", timeout=LOCK_SECONDS, mode=0o600)
        try:
            with lock:
                stored = self._stored()
                if stored is not None and (used is None or stored.access != used.access):
                    return stored
                token = stored.refresh if stored else self._secret("refresh_token")
                with _prepared(self._path) as save:
                    pair = self._exchange(token)
                    save(self._dump(pair))
                logger.info("amoCRM: access token renewed")
                return pair
        except Timeout:
            pass
        raise ServiceUnavailableError(
            f"amoCRM: another process has held {self._path.name}.lock for {LOCK_SECONDS} s; "
            "let it finish or stop it, then run again"
        )

    def _exchange(self, refresh_token: str) -> TokenPair:
        body = {
            "client_id": self._secret("client_id"),
            "client_secret": self._secret("client_secret"),
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "redirect_uri": self._redirect_uri,
        }
        try:
            answer = parse_json(self._http.request("POST", "/oauth2/access_token", json=body))
        except (AuthError, RequestRejectedError) as error:
            logger.warning("%s", error)
        else:
            if isinstance(answer, dict) and answer.get("access_token"):
                return TokenPair(
                    str(answer["access_token"]), str(answer.get("refresh_token") or refresh_token)
                )
            raise SourceFormatError(
                f"amoCRM: {self._http.host} renewed the token without sending one; run again, "
                "and if it repeats, authorise the integration anew"
            )
        raise AuthError(
            "amoCRM: the refresh token is not accepted: revoked, older than three months, or of "
            "another client_id; authorise the integration again and put the new token into "
            f"{self._variable}"
        )

    def _stored(self) -> TokenPair | None:
        """The pair in the file, if it descends from the refresh token that is configured now."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            pair = TokenPair(kept["access_token"], kept["refresh_token"])
            origin = kept["origin"]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            pass
        else:
            configured = self._origin()
            return pair if configured in {None, origin} else None
        raise AuthError(
            f"amoCRM: {self._path} is damaged; delete it, authorise the integration again and put "
            f"the new token into {self._variable}"
        )

    def _dump(self, pair: TokenPair) -> str:
        return json.dumps(
            {
                "access_token": pair.access,
                "refresh_token": pair.refresh,
                "origin": self._origin(),
            }
        )

    def _secret(self, key: str) -> str:
        return secret("amocrm", key, self._owner)

    @property
    def _variable(self) -> str:
        owner = f"{self._owner.upper()}__" if self._owner else ""
        return f"SOURCES__AMOCRM__{owner}REFRESH_TOKEN"

    def _origin(self) -> str | None:
        """Which authorisation a pair descends from; a new one makes the file's pair void."""
        try:
            parts = [self._http.base_url]
            parts += [self._secret(key) for key in ("client_id", "refresh_token")]
        except MissingSecretError:
            return None  # the first refresh token is not needed any more, once it was used
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@contextmanager
def _prepared(path: Path) -> Iterator[Callable[[str], None]]:
    """A way to replace a file whole, with space and rights proven before it is needed."""
    draft = path.with_suffix(".tmp")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(b" " * RESERVED_BYTES)
        file.flush()
        os.fsync(file.fileno())

        def save(text: str) -> None:
            file.seek(0)
            file.write(text.encode().ljust(RESERVED_BYTES))
            file.flush()
            os.fsync(file.fileno())
            draft.replace(path)
            _sync_folder(path.parent)

        try:
            yield save
        finally:
            draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
