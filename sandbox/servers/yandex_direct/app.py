"""Routes of the local Yandex Direct."""

import secrets
import time
from collections import deque
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.servers.yandex_direct import campaigns, reports
from sandbox.servers.yandex_direct.errors import DirectError, error_response, request_id
from sandbox.servers.yandex_direct.queue import Queue


class Cabinets:
    """The advertisers one token opens."""

    def __init__(self, company: Company, faults: Faults, token: str) -> None:
        self.company, self.faults, self.token = company, faults, token
        self.queue = Queue(faults)
        self._asked: deque[float] = deque()

    async def read(self, request: Request) -> tuple[str, dict[str, Any]]:
        """(login, body) of a request that may pass.

        Raises:
            DirectError: planned by a test, or the token, the login, the pace or the body is wrong.
        """
        if self.faults.direct_errors:
            raise DirectError(self.faults.direct_errors.popleft(), "Planned")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise DirectError(53, "Invalid OAuth token")
        self._pace()
        logins = list(dict.fromkeys(campaign.login for campaign in self.company.campaigns))
        login = request.headers.get("client-login") or next(iter(logins), "")
        if login not in logins:
            raise DirectError(8800, f"Client-Login {login} is not found")
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            raise DirectError(8000, "Request is not valid JSON") from None
        if not isinstance(body, dict):
            raise DirectError(8000, "Request is not an object")
        return login, body

    def _pace(self) -> None:
        limit, now = self.faults.direct_requests_per_10s, time.monotonic()
        while self._asked and now - self._asked[0] >= 10:
            self._asked.popleft()
        if limit is not None and len(self._asked) >= limit:
            raise DirectError(56, f"More than {limit} requests within 10 seconds")
        self._asked.append(now)

    async def answer_campaigns(self, request: Request) -> Response:
        """POST /json/v5/campaigns; errors come under HTTP 200."""
        try:
            login, body = await self.read(request)
            return campaigns.get(body, [c for c in self.company.campaigns if c.login == login])
        except DirectError as error:
            return error_response(error, is_report=False)

    async def answer_reports(self, request: Request) -> Response:
        """POST /json/v5/reports; errors come under HTTP 400 or 500."""
        try:
            login, body = await self.read(request)
            return self._report(request, login, reports.parse(body), body)
        except DirectError as error:
            return error_response(error, is_report=True)

    def _report(
        self, request: Request, login: str, ask: reports.Ask, body: dict[str, Any]
    ) -> Response:
        limit = self.faults.direct_span_limit_days
        if limit is not None and ask.span_days > limit:
            return proxy_page(502)

        def build() -> bytes:
            own = [c for c in self.company.campaigns if c.login == login]
            ids = {campaign.id for campaign in own}
            rows = [row for row in self.company.spend if row.campaign_id in ids]
            return reports.build(ask, request.headers, rows, own, self.faults)

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
        return Response(
            text, status, headers, media_type="text/tab-separated-values; charset=utf-8"
        )


def create_app(
    company: Company, faults: Faults, token: str | None = None, traffic: Traffic | None = None
) -> Starlette:
    """An ASGI app speaking API v5 (v501 as well) over ``company``; ``app.state.token`` opens it."""
    cabinets = Cabinets(company, faults, token or "y0_" + secrets.token_hex(24))
    traffic = traffic or Traffic()
    app = Starlette(
        routes=[
            Route(f"/json/{version}/{name}", endpoint, methods=["POST"])
            for version in ("v5", "v501")
            for name, endpoint in (
                ("campaigns", cabinets.answer_campaigns),
                ("reports", cabinets.answer_reports),
            )
        ],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=_planned)
        ],
    )
    app.state.token, app.state.traffic = cabinets.token, traffic
    return app


def _planned(status: int) -> Response:
    if status in {403, 502, 503, 504}:
        return proxy_page(status)
    return Response(status_code=status) if status < 400 else _failed(status)


def _failed(status: int) -> Response:
    failure = error_response(DirectError(1000, "Planned"), is_report=True)
    failure.status_code = status
    return failure
