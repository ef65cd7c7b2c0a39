"""Routes of the local YooKassa."""

import base64
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json
from sandbox.servers.traffic import Gate, Traffic
from sandbox.servers.yookassa import render
from sandbox.servers.yookassa.faults import YookassaFaults
from sandbox.simulation.acquiring import SHOP, online_sales

_MOST = 100
_CODES = {400: "invalid_request", 401: "invalid_credentials", 403: "forbidden", 404: "not_found"}
_BOUNDS: dict[str, Callable[[datetime, datetime], bool]] = {
    "gte": lambda at, bound: at >= bound,
    "gt": lambda at, bound: at > bound,
    "lte": lambda at, bound: at <= bound,
    "lt": lambda at, bound: at < bound,
}
Item = dict[str, Any]


class Shop:
    """One shop; ``sales`` may be changed by a test while it runs."""

    def __init__(self, company: Company, faults: YookassaFaults, key: str) -> None:
        self.faults, self.key = faults, key
        self.sales = online_sales(company)

    async def payments(self, request: Request) -> Response:
        """GET /v3/payments."""
        return self._listed(request, self._payments)

    async def refunds(self, request: Request) -> Response:
        """GET /v3/refunds."""
        return self._listed(request, lambda: [render.refund(r) for r in self.sales.refunds])

    def _payments(self) -> list[Item]:
        refunded: dict[str, Decimal] = {}
        for refund in self.sales.refunds:
            known = refunded.get(refund.payment.id, Decimal(0))
            refunded[refund.payment.id] = known + refund.amount
        return [
            render.payment(payment, refunded.get(payment.id, Decimal(0)))
            for payment in self.sales.payments
        ]

    def _listed(self, request: Request, items: Callable[[], list[Item]]) -> Response:
        if self.faults.errors:
            return refused(self.faults.errors.popleft(), "Planned")
        pair = base64.b64encode(f"{SHOP}:{self.key}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return refused(401, "Error in shopId or secret key")
        if self.faults.bodies:
            return Response(self.faults.bodies.popleft(), media_type="application/json")
        try:
            return self._page(request, items())
        except ValueError as error:
            return refused(400, str(error))

    def _page(self, request: Request, items: list[Item]) -> Response:
        query = {name: unquote(value) for name, value in request.query_params.items()}
        limit = int(query.get("limit", 10))
        if not 0 < limit <= _MOST:
            raise ValueError(f"limit must be from 1 to {_MOST}")
        kept = [{**item, **self.faults.rewritten.get(item["id"], {})} for item in items]
        kept = [item for item in kept if item["id"] not in self.faults.dropped]
        kept = [item for item in kept if _fits(item, query)]
        kept.sort(key=lambda item: (item["created_at"], item["id"]), reverse=True)
        start = int(query.get("cursor", "0"))
        body: dict[str, Any] = {"type": "list", "items": kept[start : start + limit]}
        if start + limit < len(kept):
            body["next_cursor"] = str(start + limit - self.faults.overlaps_pages)
        elif self.faults.repeats_cursor:
            body["next_cursor"] = query.get("cursor", "0")
        return _json(200, body)


def create_app(
    company: Company, faults: Faults, key: str | None = None, traffic: Traffic | None = None
) -> Starlette:
    """An ASGI app speaking API v3 over ``company``; ``app.state.key`` opens it."""
    shop = Shop(company, faults.of(YookassaFaults), key or "live_" + secrets.token_urlsafe(32))
    traffic = traffic or Traffic()
    app = Starlette(
        routes=[Route("/v3/payments", shop.payments), Route("/v3/refunds", shop.refunds)],
        middleware=[
            Middleware(
                Gate,
                faults=faults,
                traffic=traffic,
                refuse=lambda: None,
                fail=lambda status: refused(status, "Planned"),
            )
        ],
    )
    app.state.key, app.state.traffic, app.state.shop = shop.key, traffic, shop
    return app


def _fits(item: Item, query: dict[str, str]) -> bool:
    for name, value in query.items():
        field, _, bound = name.partition(".")
        if field not in ("created_at", "captured_at") or bound not in _BOUNDS:
            continue
        at = item.get(field)
        if at is None or not _BOUNDS[bound](_moment(at), _moment(value)):
            return False
    return query.get("status") in (None, item["status"])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def refused(status: int, description: str) -> Response:
    """An error in YooKassa's form."""
    body = {
        "type": "error",
        "id": secrets.token_hex(16),
        "code": _CODES.get(status, "internal_server_error"),
        "description": description,
    }
    return _json(status, body)


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(as_json(body), status, media_type="application/json")
