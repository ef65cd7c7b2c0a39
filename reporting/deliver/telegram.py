"""The Telegram Bot API (core.telegram.org/bots/api) over HTTPS.

The bot's token is a part of every address, so no exception of the HTTP library leaves this module:
their texts quote the address.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from reporting.deliver.errors import (
    NotDeliveredError,
    RefusedError,
    UnknownOutcomeError,
    masked,
)
from reporting.deliver.parcel import Parcel
from reporting.deliver.text import Line, html, pages

TEXT_LIMIT = 4096  # UTF-16 units of a message, tags aside
FILE_LIMIT = 50 * 1024 * 1024  # bytes of a document
PICTURE_LIMIT = 10 * 1024 * 1024
GROUP_LIMIT = 10  # documents of one message
_ATTEMPTS = 3  # of one call, while the service says itself that nothing was done
_PATIENCE_SECONDS = 60.0  # a longer wait is left for a later tick
_FIRST_PAUSE_SECONDS = 1.0
_NEVER_MADE = ("NewConnectionError", "NameResolutionError", "CERTIFICATE_VERIFY_FAILED")
_wire_log = logging.getLogger("urllib3.connectionpool")


class Telegram:
    """One bot."""

    def __init__(
        self,
        token: str,
        base_url: str = "https://api.telegram.org",
        timeout_seconds: float = 30,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._token, self._base = token, base_url.rstrip("/")
        self._timeout, self._sleep = timeout_seconds, sleep

    def __repr__(self) -> str:
        return f"Telegram({self._base})"

    def check(self) -> str:
        """The bot's name."""
        found = self._call("getMe", {})
        return f"@{found['username']}" if isinstance(found, dict) else "?"

    def parts(self, parcel: Parcel) -> tuple[str, ...]:
        texts = [f"text-{number}" for number, _ in enumerate(_texts(parcel), start=1)]
        if len(texts) == 1:
            texts = ["text"]
        pictures = [f"picture-{number}" for number, _ in enumerate(parcel.pictures, start=1)]
        groups = range(0, len(parcel.documents), GROUP_LIMIT)
        files = [f"files-{number}" for number, _ in enumerate(groups, start=1)]
        return (*texts, *pictures, *files)

    def send(self, parcel: Parcel, part: str, to: str, delivery_id: str) -> str:  # noqa: ARG002
        kind, _, number = part.partition("-")
        index = int(number or 1) - 1
        if kind == "text":
            text = html(_texts(parcel)[index])
            # a preview of the first deal's page would take more room than the words
            quiet = json.dumps({"is_disabled": True})
            said = {"text": text, "parse_mode": "HTML", "link_preview_options": quiet}
            return _number(self._call("sendMessage", {"chat_id": to, **said}))
        if kind == "picture":
            path = parcel.pictures[index].path
            method = "sendPhoto" if path.stat().st_size <= PICTURE_LIMIT else "sendDocument"
            field = "photo" if method == "sendPhoto" else "document"
            return _number(self._call(method, {"chat_id": to}, {field: path}))
        start = index * GROUP_LIMIT
        group = [one.path for one in parcel.documents[start : start + GROUP_LIMIT]]
        if len(group) == 1:
            return _number(self._call("sendDocument", {"chat_id": to}, {"document": group[0]}))
        media = [{"type": "document", "media": f"attach://file{n}"} for n, _ in enumerate(group)]
        files = {f"file{n}": path for n, path in enumerate(group)}
        return _number(
            self._call("sendMediaGroup", {"chat_id": to, "media": json.dumps(media)}, files)
        )

    def _call(
        self, method: str, fields: Mapping[str, str], files: Mapping[str, Path] | None = None
    ) -> object:
        if not self._token:
            raise RefusedError(
                "secret delivery.telegram_token is not set; put it into the environment as "
                "DELIVERY__TELEGRAM_TOKEN or into .dlt/secrets.toml under [delivery]"
            )
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._once(method, fields, files or {})
            except NotDeliveredError as error:
                wait = max(error.after_seconds, pause)
                if attempt == _ATTEMPTS or wait > _PATIENCE_SECONDS:
                    raise
                self._sleep(wait)
                pause *= 4
        raise AssertionError("unreachable")

    def _once(self, method: str, fields: Mapping[str, str], files: Mapping[str, Path]) -> object:
        with self._unlogged(), ExitStack() as opened:
            try:
                response = requests.post(
                    f"{self._base}/bot{self._token}/{method}",
                    data=dict(fields),
                    files={
                        name: (path.name, opened.enter_context(path.open("rb")))
                        for name, path in files.items()
                    },
                    timeout=self._timeout,
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                raise _broken(method, error) from None
            except OSError as error:
                raise RefusedError(f"a file cannot be read: {error.strerror}") from None
        return self._result(method, response)

    def _result(self, method: str, response: requests.Response) -> object:
        try:
            body = response.json()
        except requests.JSONDecodeError:
            body = None
        if not isinstance(body, dict) or "ok" not in body:
            raise _no_answer(method, response.status_code)
        if body["ok"]:
            return body["result"]
        code = int(body.get("error_code") or response.status_code)
        said = masked(str(body.get("description", "")), self._token)
        if code == 429 or code >= 500:
            after = float((body.get("parameters") or {}).get("retry_after") or 0)
            raise NotDeliveredError(f"Telegram, {method}: {code} {said}", after)
        raise RefusedError(f"Telegram, {method}: {code} {said}; {_advice(code, said)}")

    @contextmanager
    def _unlogged(self) -> Iterator[None]:
        """Keep the token out of the HTTP library's own debug log."""

        def hides_token(record: logging.LogRecord) -> bool:
            return self._token not in record.getMessage()

        _wire_log.addFilter(hides_token)
        try:
            yield
        finally:
            _wire_log.removeFilter(hides_token)


def _texts(parcel: Parcel) -> list[tuple[Line, ...]]:
    return list(pages(parcel.lines, TEXT_LIMIT))


def _number(result: object) -> str:
    """The number of the message; of a group, its first one's."""
    first = result[0] if isinstance(result, list) else result
    return str(first["message_id"]) if isinstance(first, dict) else ""


def _broken(method: str, error: requests.RequestException) -> Exception:
    kind, why = type(error).__name__, repr(error)
    # only a connection that was never made is sure to have carried nothing
    never_made = isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError)
    if never_made or any(sign in why for sign in _NEVER_MADE):
        return NotDeliveredError(f"Telegram, {method}: no connection ({kind})")
    return UnknownOutcomeError(f"Telegram, {method}: the connection broke ({kind})")


def _no_answer(method: str, status: int) -> Exception:
    """Something between us and Telegram answered in its place."""
    if status in (502, 504):
        return UnknownOutcomeError(f"Telegram, {method}: {status} of a proxy, not of Telegram")
    if status >= 500 or status == 429:
        return NotDeliveredError(f"Telegram, {method}: {status} of a proxy, not of Telegram")
    return RefusedError(f"Telegram, {method}: {status} of something else; look at base_url")


def _advice(code: int, said: str) -> str:
    if code in (401, 404):
        return "the bot's token is wrong: set delivery.telegram_token anew (BotFather, /token)"
    if code == 403:
        return "the recipient has to open the chat with the bot and press Start"
    if "chat not found" in said.lower():
        return "look at the recipient's `to`; the recipient has to write to the bot first"
    return "look at the recipient in company.toml"
