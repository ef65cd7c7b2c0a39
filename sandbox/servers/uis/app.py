"""The one address of the local Data API."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json, proxy_page
from sandbox.servers.traffic import Gate, Traffic
from sandbox.servers.uis.errors import UisError, error_body
from sandbox.servers.uis.faults import UisFaults
from sandbox.servers.uis.render import METHODS, record
from sandbox.simulation.calls import Journal, listen

_LIMIT = 10_000
_COMMON = {"access_token", "user_id"}
_KNOWN = _COMMON | {"limit", "offset", "filter", "fields", "sort", "date_from", "date_till"}
APP_ID = 1103  # the account's number


class Account:
    """What one access token opens."""

    def __init__(self, company: Company, faults: UisFaults) -> None:
        self.company, self.faults = company, faults
        self.journal: Journal = listen(company)
        self.token = secrets.token_hex(20)
        self.asked: list[dict[str, Any]] = []  # parameters of report requests, tokens aside

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.faults.timezone or "Europe/Moscow")

    async def answer(self, request: Request) -> Response:
        """POST /v2.0; HTTP 200 whatever happens."""
        request_id: Any = None
        try:
            try:
                body = orjson.loads(await request.body())
            except orjson.JSONDecodeError:
                raise UisError(-32700, "parse_error") from None
            if not isinstance(body, dict) or body.get("jsonrpc") != "2.0":
                raise UisError(-32600, "invalid_request", "jsonrpc")
            request_id = body.get("id")
            if request_id is None:
                raise UisError(-32099, "notifications_not_supported")
            result = self._result(str(body.get("method")), body.get("params") or {})
            reply: dict[str, Any] = {"jsonrpc": "2.0", "id": request_id, "result": result}
        except UisError as error:
            said = f" ({self.token})" if self.faults.echo_token else ""
            reply = error_body(error, request_id, said)
        return Response(as_json(reply), 200, media_type="application/json; charset=UTF-8")

    def _result(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if self.faults.errors:
            raise UisError(*self.faults.errors.popleft())
        if params.get("access_token") != self.token:
            raise UisError(-32001, "access_token_invalid", "access_token")
        if method == "get.account":
            known = {"app_id": APP_ID, "name": self.company.name, "timezone": self.faults.timezone}
            return {"metadata": self._metadata(1), "data": [known]}
        if method not in METHODS:
            raise UisError(-32601, "method_not_found", "method", method)
        if method in self.faults.disabled_methods:
            raise UisError(-32008, "method_component_disabled", "method", method)
        unexpected = sorted(set(params) - _KNOWN)
        if unexpected:
            raise UisError(-32602, "unexpected_parameters", unexpected[0])
        return self._report(method, params)

    def _report(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        kind, moment = METHODS[method]
        self.asked.append({"method": method, **params, "access_token": "-"})
        since, until = (_moment(params, name) for name in ("date_from", "date_till"))
        if until < since:
            raise UisError(-32602, "invalid_parameters_combination", "date_till")
        if until - since > timedelta(days=self.faults.span_limit_days):
            raise UisError(-32602, "date_interval_limit_reached", "date_from")
        limit, offset = int(params.get("limit", 100)), int(params.get("offset", 0))
        if limit > _LIMIT:
            raise UisError(-32602, "invalid_parameter_value", "limit", str(limit))
        if offset and self.faults.between_pages is not None:
            self.faults.between_pages(self.journal)
        rows = self._rows(kind, moment, f"{since:%F %T}", f"{until:%F %T}")
        if self.faults.repeat_last_of_page:
            offset = max(0, offset - 1)
        metadata = self._metadata(len(rows))
        return {"metadata": metadata, "data": self._page(rows[offset:][:limit], params)}

    def _rows(self, kind: str, moment: str, since: str, until: str) -> list[dict[str, Any]]:
        found = [
            {**row, **self.faults.garbled.get(row["id"], {})}
            for contact in self.journal.uis
            if contact.kind == kind
            for row in [record(contact, self.zone)]
            if since <= row[moment] <= until  # ISO texts sort as the moments do
        ]
        return sorted(found, key=lambda row: str(row[moment]))

    def _page(self, rows: list[dict[str, Any]], params: dict[str, Any]) -> list[dict[str, Any]]:
        names: list[str] | None = params.get("fields")
        for name in names or []:
            if name in self.faults.disabled_fields:
                raise UisError(-32008, "parameter_component_disabled", "fields", name)
            if rows and name not in rows[0]:
                raise UisError(-32602, "unexpected_parameters", "fields", name)
        return [{name: row[name] for name in names or row} for row in rows]

    def _metadata(self, total: int) -> dict[str, Any]:
        limits = {
            "day_limit": 3000,
            "day_remaining": self.faults.day_remaining,
            "day_reset": 3600,
            "minute_limit": 100,
            "minute_remaining": self.faults.minute_remaining,
            "minute_reset": self.faults.minute_reset,
        }
        known = {} if self.faults.no_total else {"total_items": total}
        return {"api_version": {"current_version_api": "v2.0"}, "limits": limits, **known}


def _moment(params: dict[str, Any], name: str) -> datetime:
    if name not in params:
        raise UisError(-32602, "required_parameter_missed", name)
    try:
        return datetime.strptime(str(params[name]), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        raise UisError(-32602, "data_type_error", name, str(params[name])) from None


def create_app(company: Company, faults: Faults) -> Starlette:
    """An ASGI app speaking Data API 2.0; ``app.state.account`` has its token and its journal."""
    account, traffic = Account(company, faults.of(UisFaults)), Traffic()
    app = Starlette(
        routes=[Route("/v2.0", account.answer, methods=["POST"])],
        middleware=[
            Middleware(Gate, faults=faults, traffic=traffic, refuse=lambda: None, fail=proxy_page)
        ],
    )
    app.state.account, app.state.traffic = account, traffic
    return app
