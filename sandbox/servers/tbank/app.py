"""Routes of the local T-API."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers.replies import as_json
from sandbox.servers.tbank import render
from sandbox.servers.tbank.faults import TbankFaults
from sandbox.servers.traffic import Gate, Traffic
from sandbox.simulation.bank_api import MOSCOW, Account, Operation, tbank_accounts

_MOST = 5000  # operations a page


class _RefusalError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Statements:
    """The accounts that one token opens."""

    def __init__(self, company: Company, faults: TbankFaults, token: str) -> None:
        self.company, self.faults, self.token = company, faults, token
        self.accounts = {account.number: account for account in tbank_accounts(company)}

    async def answer(self, request: Request) -> Response:
        """GET /openapi/api/v1/statement."""
        try:
            if self.faults.errors:
                raise _RefusalError(self.faults.errors.popleft(), "Planned")
            if request.headers.get("authorization") != f"Bearer {self.token}":
                raise _RefusalError(401, "Token is not valid")
            if not request.headers.get("x-request-id"):
                raise _RefusalError(400, "X-Request-Id is missing")
            if self.faults.bodies:
                return Response(self.faults.bodies.popleft(), media_type="application/json")
            return _json(200, self._page(request))
        except _RefusalError as refusal:
            return refused(refusal.status, str(refusal))

    def _page(self, request: Request) -> dict[str, Any]:
        query = request.query_params
        account = self._account(query.get("accountNumber", ""))
        since, until = _moment(query.get("from")), _moment(query.get("to"))
        limit = int(query.get("limit", 1000))
        if not 0 < limit <= _MOST:
            raise _RefusalError(422, "limit must be from 1 to 5000")
        status = query.get("operationStatus", "Transaction")
        found = [o for o in account.operations if since <= o.at < until]
        found = [o for o in found if status == "All" or o.is_hold == (status == "Authorization")]
        start = int(query.get("cursor", "0"))
        end = start + min(limit, self.faults.page_cap or limit)
        body: dict[str, Any] = {"operations": [self._shown(o) for o in found[start:end]]}
        if end < len(found):
            body["nextCursor"] = str(end - self.faults.overlaps_pages)
        elif self.faults.repeats_cursor:
            body["nextCursor"] = query.get("cursor", "0")
        if query.get("withBalances") == "true" and not start and self.faults.has_balances:
            body["balances"] = {
                "balanceBegin": account.balance(since),
                "balanceEnd": account.balance(until) + self.faults.closing_shift,
            }
        return body

    def _account(self, number: str) -> Account:
        """The account as the bank sees it now: some operations gone, some come later."""
        if number not in self.accounts:
            raise _RefusalError(400, "accountNumber is unknown")
        account = self.accounts[number]
        added = [o for o in self.faults.added if o.document.own_account == number]
        kept = [o for o in [*account.operations, *added] if o.id not in self.faults.dropped]
        return replace(account, operations=sorted(kept, key=lambda operation: operation.at))

    def _shown(self, found: Operation) -> dict[str, Any]:
        body = render.operation(self.company, found)
        local = found.at.astimezone(MOSCOW)
        if self.faults.renamed and (local.hour >= 22 or local.hour < 3):
            body["operationId"] = f"{found.id[:-1]}x"
        return {**body, **self.faults.rewritten.get(found.id, {})}


def create_app(
    company: Company, faults: Faults, token: str | None = None, traffic: Traffic | None = None
) -> Starlette:
    """An ASGI app speaking T-API over ``company``; ``app.state.token`` opens it."""
    statements = Statements(
        company, faults.of(TbankFaults), token or "t." + secrets.token_urlsafe(48)
    )
    traffic = traffic or Traffic()
    app = Starlette(
        routes=[Route("/openapi/api/v1/statement", statements.answer)],
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
    app.state.token, app.state.traffic, app.state.statements = (
        statements.token,
        traffic,
        statements,
    )
    return app


def refused(status: int, message: str) -> Response:
    """An error in T-API's form."""
    body = {
        "errorId": secrets.token_hex(5),
        "errorMessage": message,
        "errorCode": HTTPStatus(status).phrase.upper().replace(" ", "_"),
    }
    return _json(status, body)


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(as_json(body), status, media_type="application/json")


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise _RefusalError(400, "from and to must be ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
