"""Routes of the local Tochka."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import count
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json
from sandbox.servers.tochka import render
from sandbox.servers.tochka.faults import TochkaFaults
from sandbox.servers.traffic import Gate, Traffic
from sandbox.simulation.bank_api import MOSCOW, Account, tochka_accounts

_ROOT = "/uapi/open-banking/v1.0"
_CODES = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 424: "FAILED_DEPENDENCY"}


@dataclass
class _Order:
    """A statement somebody ordered."""

    account_id: str
    span: tuple[date, date]
    looks: int = 0
    fails: bool = False


class Statements:
    """The accounts that one token opens, and the statements ordered of them."""

    def __init__(self, company: Company, faults: TochkaFaults, token: str) -> None:
        self.company, self.faults, self.token = company, faults, token
        self.accounts = {f"{a.number}/{render.BIC}": a for a in tochka_accounts(company)}
        self.orders: dict[str, _Order] = {}
        self._numbers = count(23489)

    async def list_accounts(self, request: Request) -> Response:
        """GET /accounts."""
        return self._guarded(request) or _json(
            200,
            {
                "Data": {
                    "Account": [
                        {"accountId": account_id, "status": "Enabled", "currency": "RUB"}
                        for account_id in self.accounts
                    ]
                }
            },
        )

    async def order(self, request: Request) -> Response:
        """POST /statements."""
        if refusal := self._guarded(request):
            return refusal
        try:
            asked = orjson.loads(await request.body())["Data"]["Statement"]
            span = (
                date.fromisoformat(asked["startDateTime"]),
                date.fromisoformat(asked["endDateTime"]),
            )
            account_id = asked["accountId"]
        except (KeyError, TypeError, ValueError):
            return refused(400, "Something went wrong", "Data.Statement is not valid")
        if account_id not in self.accounts or span[0] > span[1]:
            return refused(400, "Something went wrong", "Invalid value for parameter accountId")
        statement_id = str(next(self._numbers))
        fails = self.faults.failing_statements > 0
        self.faults.failing_statements -= fails
        self.orders[statement_id] = _Order(account_id, span, fails=fails)
        shown = {**asked, "statementId": statement_id, "status": "Created"}
        return _json(200, {"Data": {"Statement": shown}})

    async def read(self, request: Request) -> Response:
        """GET /accounts/{account_id}/statements/{statement_id}."""
        if refusal := self._guarded(request):
            return refusal
        statement_id = request.path_params["statement_id"]
        if self.faults.forgets:
            self.orders.clear()
            self.faults.forgets = False
        order = self.orders.get(statement_id)
        if order is None or order.account_id != request.path_params["account_id"]:
            return refused(404, "Not found", "Statement is not found")
        status, order.looks = self._status(order), order.looks + 1
        body: dict[str, Any] = {
            "accountId": order.account_id,
            "statementId": statement_id,
            "status": status,
            "startDateTime": order.span[0].isoformat(),
            "endDateTime": order.span[1].isoformat(),
        }
        if status == "Ready":
            body |= self._ready(order)
        return _json(200, {"Data": {"Statement": [body]}})

    def _guarded(self, request: Request) -> Response | None:
        if self.faults.errors:
            return refused(self.faults.errors.popleft(), "Planned", "Planned")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return refused(401, "Unauthorized", "Token is not valid")
        if self.faults.bodies:
            return Response(self.faults.bodies.popleft(), media_type="application/json")
        return None

    def _status(self, order: _Order) -> str:
        if self.faults.never_ready or order.looks < self.faults.looks_before_ready:
            return "Processing" if order.looks else "Created"
        return "Error" if order.fails else "Ready"

    def _ready(self, order: _Order) -> dict[str, Any]:
        account = self._account(order.account_id)
        found = [o for o in account.operations if order.span[0] <= o.document.day <= order.span[1]]
        shown = [
            {
                **render.transaction(self.company, o, is_memorial=o.id in self.faults.memorial),
                **self.faults.rewritten.get(o.id, {}),
            }
            for o in found
        ]
        body: dict[str, Any] = {"Transaction": shown}
        if self.faults.has_balances:
            since = datetime.combine(order.span[0], time(), MOSCOW)
            opening = account.balance(since)
            closing = opening + sum(o.signed for o in found if not o.is_hold)
            body["startDateBalance"] = self._balance(opening)
            body["endDateBalance"] = self._balance(closing + self.faults.closing_shift)
        return body

    def _balance(self, amount: Any) -> Any:
        return {"amount": amount, "currency": "RUB"} if self.faults.nests_balances else amount

    def _account(self, account_id: str) -> Account:
        """The account as the bank sees it now: some transactions gone, some come later."""
        account = self.accounts[account_id]
        all_of_them = [*account.operations, *self.faults.added]
        kept = [o for o in all_of_them if o.id not in self.faults.dropped]
        return replace(account, operations=sorted(kept, key=lambda operation: operation.at))


def create_app(
    company: Company, faults: Faults, token: str | None = None, traffic: Traffic | None = None
) -> Starlette:
    """An ASGI app speaking Tochka's API over ``company``; ``app.state.token`` opens it."""
    jwt = ".".join(secrets.token_urlsafe(40) for _ in range(3))
    statements = Statements(company, faults.of(TochkaFaults), token or jwt)
    traffic = traffic or Traffic()
    read = f"{_ROOT}/accounts/{{account_id:path}}/statements/{{statement_id}}"
    app = Starlette(
        routes=[
            Route(f"{_ROOT}/accounts", statements.list_accounts, methods=["GET"]),
            Route(f"{_ROOT}/statements", statements.order, methods=["POST"]),
            Route(read, statements.read, methods=["GET"]),
        ],
        middleware=[
            Middleware(
                Gate,
                faults=faults,
                traffic=traffic,
                refuse=lambda: None,
                fail=lambda status: refused(status, "Planned", "Planned"),
            )
        ],
    )
    app.state.token, app.state.traffic = statements.token, traffic
    app.state.statements = statements
    return app


def refused(status: int, message: str, detail: str) -> Response:
    """An error in Tochka's form."""
    body = {
        "code": str(status),
        "id": secrets.token_hex(8),
        "message": message,
        "Errors": [
            {
                "errorCode": _CODES.get(status, "VALIDATION_ERROR"),
                "message": detail,
                "url": "http://enter.tochka.com/open-banking/docs",
            }
        ],
    }
    return _json(status, body)


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(as_json(body), status, media_type="application/json")
