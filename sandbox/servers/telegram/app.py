"""The Bot API's one address: ``/bot<token>/<method>``."""

import asyncio
import itertools
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.servers.replies import as_json, proxy_page
from sandbox.servers.telegram.faults import TelegramFaults
from sandbox.servers.telegram.forms import Form, read_form
from sandbox.servers.telegram.html import BadTextError, shown
from sandbox.servers.traffic import Gate, Traffic

_FILE_LIMIT = 50 * 1024 * 1024
_PHOTO_LIMIT = 10 * 1024 * 1024
_GROUP = range(2, 11)


@dataclass(frozen=True)
class Received:
    """One message as a chat shows it; ``files`` are names and contents."""

    message_id: int
    chat: str
    method: str
    text: str = ""
    html: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


class _RefusedError(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Bot:
    """What one token opens."""

    faults: TelegramFaults
    token: str = field(
        default_factory=lambda: f"{secrets.randbelow(10**10)}:{secrets.token_hex(17)}"
    )
    received: list[Received] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1001))

    async def answer(self, request: Request) -> Response | None:
        """None where the connection is to be cut."""
        try:
            if request.path_params["token"] != self.token:
                raise _RefusedError(401, "Unauthorized")
            method = str(request.path_params["method"])
            form = read_form(request.headers.get("content-type", ""), await request.body())
            if method == "getMe":
                return _ok({"id": 1, "is_bot": True, "username": "skvoz_bot"})
            self._refuse(form.fields.get("chat_id", ""))
            result = self._take(method, form)
        except _RefusedError as refusal:
            said = refusal.description
            if self.faults.quote_token:
                said = f"{said}: https://api.telegram.org/bot{request.path_params['token']}/x"
            return _refused(refusal, said)
        if self.faults.answer_after_seconds:
            await asyncio.sleep(self.faults.answer_after_seconds)
        if self.faults.drops:
            self.faults.drops -= 1
            return None
        return _ok(result)

    def _refuse(self, chat: str) -> None:
        faults = self.faults
        if faults.too_many:
            after = faults.too_many.popleft()
            raise _RefusedError(429, f"Too Many Requests: retry after {after}", retry_after=after)
        if faults.server_errors:
            faults.server_errors -= 1
            raise _RefusedError(500, "Internal Server Error")
        if chat in faults.failing:
            raise _RefusedError(500, "Internal Server Error")
        if chat in faults.blocked:
            raise _RefusedError(403, "Forbidden: bot was blocked by the user")
        if not chat or chat in faults.unknown:
            raise _RefusedError(400, "Bad Request: chat not found")

    def _take(self, method: str, form: Form) -> object:
        chat = form.fields["chat_id"]
        if method == "sendMessage":
            raw = form.fields.get("text", "")
            try:
                text = shown(raw) if form.fields.get("parse_mode") == "HTML" else raw
            except BadTextError as error:
                raise _RefusedError(400, str(error)) from None
            return self._keep(Received(next(self._numbers), chat, method, text, raw))
        if method in ("sendPhoto", "sendDocument"):
            photo = method == "sendPhoto"
            limit = _PHOTO_LIMIT if photo else _FILE_LIMIT
            file = _file(form, "photo" if photo else "document", limit)
            return self._keep(Received(next(self._numbers), chat, method, files=(file,)))
        if method == "sendMediaGroup":
            media = json.loads(form.fields.get("media", "[]"))
            if len(media) not in _GROUP:
                raise _RefusedError(400, "Bad Request: group must have 2-10 media")
            names = [str(one["media"]).removeprefix("attach://") for one in media]
            files = [_file(form, name, _FILE_LIMIT) for name in names]
            return [
                self._keep(Received(next(self._numbers), chat, method, files=(file,)))
                for file in files
            ]
        raise _RefusedError(404, "Not Found: method not found")

    def _keep(self, message: Received) -> dict[str, Any]:
        self.received.append(message)
        return {"message_id": message.message_id, "chat": {"id": message.chat}}


def _file(form: Form, name: str, limit: int) -> tuple[str, bytes]:
    if name not in form.files:
        raise _RefusedError(400, f"Bad Request: there is no {name} in the request")
    _, data = form.files[name]
    if len(data) > limit:
        raise _RefusedError(413, "Request Entity Too Large")
    if not data:
        raise _RefusedError(400, "Bad Request: file must be non-empty")
    return form.files[name]


def _ok(result: object) -> Response:
    return Response(as_json({"ok": True, "result": result}), media_type="application/json")


def _refused(refusal: _RefusedError, said: str) -> Response:
    body: dict[str, object] = {"ok": False, "error_code": refusal.code, "description": said}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return Response(as_json(body), refusal.code, media_type="application/json")


class _Cut(Response):
    """A length is promised and not kept: the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


def create_app(faults: Faults) -> Starlette:
    """An ASGI app speaking the Bot API; ``app.state.bot`` has its token and what it received."""
    bot, traffic = Bot(faults.of(TelegramFaults)), Traffic()

    async def answer(request: Request) -> Response:
        return await bot.answer(request) or _Cut()

    app = Starlette(
        routes=[Route("/bot{token}/{method}", answer, methods=["GET", "POST"])],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=proxy_page)
        ],
    )
    app.state.bot, app.state.traffic = bot, traffic
    return app
