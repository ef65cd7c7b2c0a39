"""Routes of the local Yandex Direct."""

import gzip
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Campaign, Company
from sandbox.servers.replies import proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.servers.yandex_direct import ads, agency, campaigns, reports
from sandbox.servers.yandex_direct.access import Access
from sandbox.servers.yandex_direct.changes import Changes
from sandbox.servers.yandex_direct.errors import DirectError, error_response, request_id
from sandbox.servers.yandex_direct.queue import Queue
from sandbox.servers.yandex_direct.switches import DirectFaults

Body = dict[str, Any]
Service = Callable[[Request, str, Body], Response]  # of a request, its login and its body
List = Callable[[Body, list[Campaign], DirectFaults], Response]


class Direct:
    """The services over a company's cabinets."""

    def __init__(self, company: Company, faults: Faults, access: Access) -> None:
        self.company, self.faults, self.access = company, faults, access
        self.switches = faults.of(DirectFaults)
        self.queue, self.changes = Queue(faults), Changes(company, faults)

    def endpoints(self) -> dict[str, Callable[[Request], Awaitable[Response]]]:
        """By the last part of their address."""
        return {
            "campaigns": self._endpoint(self._list(campaigns.get)),
            "adgroups": self._endpoint(self._list(ads.get_groups)),
            "ads": self._endpoint(self._list(ads.get_ads)),
            "agencyclients": self._endpoint(self._clients),
            "changes": self._endpoint(self._check),
            "reports": self._endpoint(self._report, is_report=True),
        }

    def _endpoint(
        self, service: Service, *, is_report: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Errors of reports come under HTTP 400 or 500, those of other services under 200."""

        async def endpoint(request: Request) -> Response:
            try:
                return service(request, self.access.login(request), await _body(request))
            except DirectError as error:
                as_text = self.switches.text_error_codes
                return error_response(error, is_report=is_report, code_as_text=as_text)

        return endpoint

    def _list(self, get: List) -> Service:
        return lambda _, login, body: get(body, self.access.campaigns(login), self.switches)

    def _clients(self, _: Request, __: str, body: Body) -> Response:
        return agency.get(body, self.access.logins, self.switches)

    def _check(self, _: Request, login: str, body: Body) -> Response:
        return self.changes.check(body, login, self.access.campaigns(login), self.switches)

    def _report(self, request: Request, login: str, body: Body) -> Response:
        ask = reports.parse(body)
        limit = self.faults.direct_span_limit_days
        if limit is not None and ask.span_days > limit:
            return proxy_page(502)

        def build() -> bytes:
            own = self.access.campaigns(login)
            return reports.build(ask, request.headers, self.company, own, self.faults)

        mode, polls = request.headers.get("processingmode", "auto"), self.faults.direct_queue_polls
        if mode == "online" or (mode == "auto" and polls is None):
            return self._tsv(200, build())
        params = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        polls = 1 if polls is None else polls
        return self._tsv(*self.queue.ask((login, ask.name), params, polls, build))

    def _tsv(self, status: int, text: bytes) -> Response:
        headers = {"RequestId": request_id(), "reportsInQueue": str(self.queue.waiting)}
        if status != 200 and self.faults.direct_retry_in is not None:
            headers["retryIn"] = str(self.faults.direct_retry_in)
        if self.switches.gzip:
            text, headers["Content-Encoding"] = gzip.compress(text), "gzip"
        return Response(
            text, status, headers, media_type="text/tab-separated-values; charset=utf-8"
        )


async def _body(request: Request) -> Body:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise DirectError(8000, "Request is not valid JSON") from None
    if not isinstance(body, dict):
        raise DirectError(8000, "Request is not an object")
    return body


def create_app(
    company: Company, faults: Faults, token: str | None = None, traffic: Traffic | None = None
) -> Starlette:
    """An ASGI app speaking API v5 (v501 as well) over ``company``.

    ``app.state.token`` opens every cabinet, ``app.state.own_token(login)`` only that one.
    """
    token = token or "y0_" + secrets.token_hex(24)
    access, traffic = Access(company, faults, token), traffic or Traffic()
    direct = Direct(company, faults, access)
    app = Starlette(
        routes=[
            Route(f"/json/{version}/{name}", endpoint, methods=["POST"])
            for version in ("v5", "v501")
            for name, endpoint in direct.endpoints().items()
        ],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=_planned)
        ],
    )
    app.state.token, app.state.own_token, app.state.traffic = token, access.own_token, traffic
    return app


def _planned(status: int) -> Response:
    if status in {403, 502, 503, 504}:
        return proxy_page(status)
    return Response(status_code=status) if status < 400 else _failed(status)


def _failed(status: int) -> Response:
    failure = error_response(DirectError(1000, "Planned"), is_report=True)
    failure.status_code = status
    return failure
