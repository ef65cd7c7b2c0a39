"""HTTP for every source: one throttle, bounded retries, errors in words without any secret."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from ingestion.errors import AuthError, ConfigError, ServiceUnavailableError
from ingestion.http_answers import (
    ForbiddenError,
    backoff,
    is_retried,
    parse_json,
    refusal,
    retry_after,
    secrets_of,
)

__all__ = ["SYSTEM_CLOCK", "Clock", "ForbiddenError", "HttpClient", "Throttle", "parse_json"]

logger = logging.getLogger(__name__)

RETRY_AFTER_CAP = 600.0  # seconds; a service that asks for more is treated as down

# Queries as ordered pairs where a name repeats, else a mapping.
Params = Mapping[str, str | int] | list[tuple[str, str | int]]
Headers = Mapping[str, str]


class Clock:
    """Monotonic seconds and sleeping; tests pass one whose time moves by itself."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


SYSTEM_CLOCK = Clock()


class Throttle:
    """Lets calls start at most ``rate_per_second`` times a second, evenly, over all threads.

    Even spacing rather than a bucket: a burst after a pause is what amoCRM answers with 429.
    """

    def __init__(self, rate_per_second: float, clock: Clock = SYSTEM_CLOCK) -> None:
        self._interval = 1 / rate_per_second
        self._clock = clock
        self._next_start = clock.now()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Sleep until this call's turn."""
        with self._lock:
            now = self._clock.now()
            start = max(now, self._next_start)
            self._next_start = start + self._interval
        if start > now:
            self._clock.sleep(start - now)

    def pause(self, seconds: float) -> None:
        """Nobody starts for ``seconds``: the service has asked one of us to slow down."""
        with self._lock:
            self._next_start = max(self._next_start, self._clock.now() + seconds)


@dataclass(frozen=True)
class _Body:
    """What goes with a request, and how its answer is taken."""

    json: Any
    data: Mapping[str, str] | bytes | None
    stream: bool


class HttpClient:
    """Calls to one service.

    Args:
        name: what the service is called in messages.
        base_url: scheme and host, and a path prefix if any; relative addresses are joined to it.
        throttle: shared by everybody who calls the same service.
        auth: headers that prove who we are, asked for before every attempt; sent to
            ``base_url``'s host only.
        on_unauthorized: called once a request on 401; True means "credentials are new, try again".
        max_attempts: tries of one request over 429, 5xx, time-outs and lost connections.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        throttle: Throttle,
        auth: Callable[[], dict[str, str]] | None = None,
        on_unauthorized: Callable[[], bool] | None = None,
        clock: Clock = SYSTEM_CLOCK,
        timeout: float = 30,
        max_attempts: int = 6,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ConfigError(
                f"{name}: base_url is not an address of a host; expected e.g. https://example.com"
            )
        self.name = name
        self.base_url = base_url.rstrip("/") + "/"
        self.host = parts.netloc
        self._throttle = throttle
        self._auth = auth
        self._on_unauthorized = on_unauthorized
        self._clock = clock
        self._timeout = timeout
        self._max_attempts = max_attempts
        self._session = requests.Session()
        self._session.headers["User-Agent"] = _user_agent()

    def close(self) -> None:
        self._session.close()

    def request(
        self,
        method: str,
        path_or_url: str,
        params: Params | None = None,
        json: Any = None,
        headers: Headers | None = None,
        accept: Collection[int] = (200, 201, 202, 204),
        data: Mapping[str, str] | bytes | None = None,
        *,
        stream: bool = False,
    ) -> requests.Response:
        """One answer whose status is in ``accept``.

        Args:
            json: the body as JSON; ``data`` a form (a mapping) or bytes as they are.
            stream: leave the body on the wire, for the caller to read by parts and to close.

        Raises:
            AuthError: 401 after the one chance to refresh, or 402 (account unpaid).
            ForbiddenError: 403 with a JSON body: too few rights.
            AccessBannedError: 403 with anything else; never retried.
            RequestRejectedError: any other 4xx, or a redirect.
            ServiceUnavailableError: no good answer in ``max_attempts`` tries.
        """
        url = urljoin(self.base_url, path_or_url.lstrip("/"))
        call = f"{method} {urlsplit(url).path}"
        attempt, renew = 1, self._on_unauthorized
        while True:
            self._throttle.wait()
            auth = self._headers_for(url)
            body = _Body(json, data, stream=stream)
            response, reason = self._send(method, url, params, body, headers, auth)
            wait = 0.0
            if response is not None:
                if response.status_code in accept:
                    return response
                if response.status_code == 401 and renew is not None:
                    chance, renew = renew, None
                    if chance():
                        continue
                if not is_retried(response.status_code):
                    raise refusal(response, self.name, call, secrets_of(auth, json, data))
                reason = f"HTTP {response.status_code}"
                wait = retry_after(response)
            if attempt >= self._max_attempts or wait > RETRY_AFTER_CAP:
                raise self._unavailable(call, reason, attempt)
            wait = max(wait, backoff(attempt))
            logger.warning(
                "%s: %s: %s, attempt %d of %d, waiting %.0f s",
                *(self.name, call, reason, attempt, self._max_attempts, wait),
            )
            self._throttle.pause(wait)
            attempt += 1

    def _headers_for(self, url: str) -> dict[str, str]:
        if self._auth is None or urlsplit(url).netloc != self.host:
            return {}
        headers = self._auth()
        # the HTTP library's own complaint about such a value would quote it
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise AuthError(
                f"{self.name}: the token has line breaks or letters that no token has; "
                "copy it again, whole and alone, into the secret"
            )
        return headers

    def _send(
        self,
        method: str,
        url: str,
        params: Params | None,
        body: "_Body",
        headers: Headers | None,
        auth: Headers,
    ) -> tuple[requests.Response | None, str]:
        """The answer, or None and why there is none.

        The library's exception goes no further: its text holds the query, its object the headers.
        """

        def sign(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
            prepared.headers.update(auth)  # as an auth hook, else a ~/.netrc entry would replace it
            return prepared

        try:
            response = self._session.request(
                *(method, url),
                params=params,
                json=body.json,
                data=body.data,
                stream=body.stream,
                headers=headers,
                auth=sign,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.Timeout:
            return None, f"no answer in {self._timeout:g} s"
        except requests.exceptions.SSLError:
            return None, "no secure connection (certificate)"
        except requests.RequestException as error:
            return None, f"no connection ({type(error).__name__})"
        return response, ""

    def _unavailable(self, call: str, reason: str, attempts: int) -> ServiceUnavailableError:
        return ServiceUnavailableError(
            f"{self.name}: {self.host} gave no usable answer to {call} after {attempts} attempts "
            f"(last: {reason}); check base_url, the internet connection and the service's status, "
            "then run again"
        )


def _user_agent() -> str:
    try:
        return f"skvoz/{version('skvoz')}"
    except PackageNotFoundError:
        return "skvoz"
