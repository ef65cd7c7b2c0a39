"""Routes of the local VK Ads."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json, proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.servers.vk_ads import listing, statistics
from sandbox.servers.vk_ads.access import Access
from sandbox.servers.vk_ads.errors import VkError, error_response
from sandbox.servers.vk_ads.switches import VkSwitches
from sandbox.simulation.vk_ads import MOSCOW, Cabinet, cabinets

_LISTS = ("ad_plans", "ad_groups", "banners")


class Service:
    """VK Ads over some cabinets; a test may change them while it runs."""

    def __init__(self, held: list[Cabinet], switches: VkSwitches, today: date) -> None:
        self.switches, self.today = switches, today
        self.access = Access(held, switches)
        self.calls: deque[float] = deque()  # when each came, time.monotonic()

    async def token(self, request: Request) -> Response:
        """POST oauth2/token.json."""
        return await self._form(request, lambda form: _json(self.access.issue(form)))

    async def drop_tokens(self, request: Request) -> Response:
        """POST oauth2/token/delete.json."""

        def drop(form: dict[str, str]) -> Response:
            self.access.drop(form)
            return Response(status_code=204)

        return await self._form(request, drop)

    async def items(self, request: Request) -> Response:
        """GET ad_plans.json, ad_groups.json, banners.json."""
        kind = request.path_params["kind"]
        if kind not in _LISTS:
            return error_response(VkError(404, "ERR_WRONG_RESOURCE"))
        return self._resource(
            request,
            lambda cabinet: listing.page(kind, cabinet, request.query_params, self.switches),
        )

    async def days(self, request: Request) -> Response:
        """GET statistics/{kind}/day.json."""
        kind = request.path_params["kind"]
        if kind not in statistics.KINDS:
            return error_response(VkError(404, "ERR_WRONG_RESOURCE"))
        return self._resource(
            request,
            lambda cabinet: statistics.by_day(
                kind, cabinet, request.query_params, self.switches, self.today
            ),
        )

    async def throttling(self, request: Request) -> Response:
        """GET throttling.json: what is left of the hour, as the headers say it."""
        return self._resource(
            request, lambda _: {"STATISTICS": {"v2": {"READ": {"remaining": {}, "limits": {}}}}}
        )

    async def _form(
        self, request: Request, answer: Callable[[dict[str, str]], Response]
    ) -> Response:
        try:
            self._planned()
            if request.headers.get("content-type") != "application/x-www-form-urlencoded":
                raise VkError(400, "ERR_WRONG_PARAMETER")
            return answer(dict(parse_qsl((await request.body()).decode())))
        except VkError as error:
            return error_response(error)

    def _resource(self, request: Request, answer: Callable[[Cabinet], dict[str, Any]]) -> Response:
        headers: dict[str, str] = {}
        try:
            headers = self._pace()
            self._planned()
            cabinet = self.access.cabinet(request.headers.get("authorization", ""))
            return _json(answer(cabinet), headers)
        except VkError as error:
            refused = error_response(error)
            refused.headers.update(headers or self._rates())
            return refused

    def _planned(self) -> None:
        if self.switches.errors:
            raise VkError(*self.switches.errors.popleft())

    def _pace(self) -> dict[str, str]:
        now = time.monotonic()
        while self.calls and now - self.calls[0] >= 3600:
            self.calls.popleft()
        self.calls.append(now)
        rates = self._rates()
        limits = (self.switches.calls_per_second, self.switches.calls_per_hour)
        for limit, used in zip(limits, self._used(), strict=True):
            if limit is not None and used > limit:
                raise VkError(429, "ERR_LIMIT_EXCEEDED")
        return rates

    def _used(self) -> tuple[int, int]:
        now = time.monotonic()
        return sum(now - at < 1 for at in self.calls), len(self.calls)

    def _rates(self) -> dict[str, str]:
        limits = {"RPS": self.switches.calls_per_second, "Hourly": self.switches.calls_per_hour}
        headers = {}
        for (name, limit), used in zip(limits.items(), self._used(), strict=True):
            if limit is not None:
                headers[f"X-RateLimit-{name}-Limit"] = str(limit)
                headers[f"X-RateLimit-{name}-Remaining"] = str(max(0, limit - used))
        return headers


def create_app(company: Company, faults: Faults) -> Starlette:
    """An ASGI app speaking API v2 over the company's cabinets.

    ``app.state.cabinets`` is what it serves, ``app.state.access`` its tokens and credentials,
    ``app.state.calls`` what its limits count.
    """
    held = cabinets(company)
    today = company.spec.as_of.astimezone(MOSCOW).date()
    service, traffic = Service(held, faults.of(VkSwitches), today), Traffic()
    app = Starlette(
        routes=[
            Route("/api/v2/oauth2/token.json", service.token, methods=["POST"]),
            Route("/api/v2/oauth2/token/delete.json", service.drop_tokens, methods=["POST"]),
            Route("/api/v2/throttling.json", service.throttling),
            Route("/api/v2/{kind}.json", service.items),
            Route("/api/v2/statistics/{kind}/day.json", service.days),
        ],
        exception_handlers={
            404: lambda *_: error_response(VkError(404, "ERR_WRONG_RESOURCE")),
            405: lambda *_: error_response(VkError(405, "ERR_WRONG_RESOURCE")),
        },
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=_fail)
        ],
    )
    app.state.cabinets, app.state.access, app.state.traffic = held, service.access, traffic
    app.state.calls = service.calls
    return app


def _json(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    served = {"Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"), **(headers or {})}
    return Response(as_json(body), 200, served, media_type="application/json")


def _fail(status: int) -> Response:
    if status in {403, 502, 503, 504}:
        return proxy_page(status)
    if status < 400:
        return Response(b'{"items": [', status, media_type="application/json")
    return error_response(VkError(status, "ERR_INTERNAL"))
