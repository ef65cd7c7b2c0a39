"""Routes of the local Calltouch."""

import re
import secrets
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.calltouch import render
from sandbox.servers.calltouch.faults import CalltouchFaults
from sandbox.servers.replies import as_json, proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.simulation.calls import Contact, Journal, listen

SITE_ID = "36418"
_LIMIT = 1000
_CALLS, _REQUESTS = "%d/%m/%Y", "%m/%d/%Y"
_ASKED_FOR = {
    "orders": "withOrders",
    "callTags": "withCallTags",
    "RequestTags": "withRequestTags",
    "yandexDirect": "withYandexDirect",
    "googleAdWords": "withGoogleAdwords",
}
_DATE = re.compile(r"\d\d/\d\d/\d{4}")


class RefusedError(Exception):
    """A request that is answered with a status and a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Account:
    """What one API token opens."""

    def __init__(self, company: Company, faults: CalltouchFaults) -> None:
        self.faults = faults
        self.journal: Journal = listen(company)
        self.token = "".join(secrets.choice("0123456789abcdef") for _ in range(32)) + "ct"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.faults.timezone)

    async def answer_calls(self, request: Request) -> Response:
        """GET …/{site}/calls-diary/calls"""
        return self._guarded(request, self._calls)

    async def answer_requests(self, request: Request) -> Response:
        """GET …/requests/"""
        return self._guarded(request, self._requests)

    def _guarded(self, request: Request, answer: Any) -> Response:
        try:
            if request.query_params.get("clientApiId") != self.token:
                raise RefusedError(401, f"Wrong clientApiId in {request.url}")
            return _json(200, answer(request))
        except RefusedError as refusal:
            return _json(refusal.status, {"message": refusal.message, "detail": refusal.message})

    def _calls(self, request: Request) -> Any:
        query = request.query_params
        if request.path_params["site"] != SITE_ID:
            raise RefusedError(403, "No access to this site")
        first, last = (_date(query.get(name), _CALLS) for name in ("dateFrom", "dateTo"))
        page, limit = int(query.get("page", 1)), min(int(query.get("limit", 100)), _LIMIT)
        if page > 1 and self.faults.between_pages is not None:
            self.faults.between_pages(self.journal)
        rows = [
            self._garbled(render.call(contact, self.zone), "callId")
            for contact in self._between(("call",), first, last)
        ]
        start = (page - 1) * limit
        if self.faults.repeat_last_of_page:
            start = max(0, start - 1)
        total = {} if self.faults.no_total else {"recordsTotal": len(rows)}
        return {
            "page": page,
            "pageTotal": -(-len(rows) // limit),
            "pageSize": limit,
            **total,
            "records": [self._chosen(row, query) for row in rows[start : start + limit]],
        }

    def _requests(self, request: Request) -> Any:
        query = request.query_params
        first, last = (_date(query.get(name), _REQUESTS) for name in ("dateFrom", "dateTo"))
        if self.faults.ignore_dates:
            first, last = date.min, date.max
        rows = [
            self._chosen(self._garbled(render.request(contact, self.zone), "requestId"), query)
            for contact in self._between(("form",), first, last)
        ]
        return {"requests": rows} if self.faults.requests_as_object else rows

    def _between(self, kinds: tuple[str, ...], first: date, last: date) -> list[Contact]:
        found = [
            contact
            for contact in self.journal.calltouch
            if contact.kind in kinds
            and first <= datetime.fromtimestamp(contact.at, self.zone).date() <= last
        ]
        return sorted(found, key=lambda contact: contact.at)

    def _garbled(self, row: dict[str, Any], key: str) -> dict[str, Any]:
        row = {**row, **self.faults.garbled.get(row[key], {})}
        if self.faults.values_as_text:
            row = {name: _as_text(value) for name, value in row.items()}
        return row

    def _chosen(self, row: dict[str, Any], query: Any) -> dict[str, Any]:
        """Without what has to be asked for by name and was not."""
        is_request = "requestId" in row
        return {
            name: value
            for name, value in row.items()
            if name not in _ASKED_FOR
            or query.get(_ASKED_FOR[name]) == "true"
            or (is_request and name == "orders")
        }


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _date(text: str | None, form: str) -> date:
    try:
        if not _DATE.fullmatch(text or ""):
            raise ValueError
        return datetime.strptime(text or "", form).replace(tzinfo=UTC).date()
    except ValueError:
        raise RefusedError(400, f"Wrong date {text}") from None


def _json(status: int, body: Any) -> Response:
    return Response(as_json(body), status, media_type="application/json;charset=UTF-8")


def create_app(company: Company, faults: Faults) -> Starlette:
    """An ASGI app like Calltouch's; ``app.state.account`` has its token and its journal."""
    account, traffic = Account(company, faults.of(CalltouchFaults)), Traffic()
    prefix = "/calls-service/RestAPI"
    app = Starlette(
        routes=[
            Route(f"{prefix}/requests/", account.answer_requests),
            Route(f"{prefix}/{{site}}/calls-diary/calls", account.answer_calls),
        ],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=proxy_page)
        ],
    )
    app.state.account, app.state.traffic = account, traffic
    return app
