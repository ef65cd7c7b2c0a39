"""HTTP to T-API: one account's statement of some days, page by page."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from ingestion.bank_feed import as_amount
from ingestion.days import DAY, Span
from ingestion.errors import SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import secret
from ingestion.sources.tbank.config import TbankSection
from ingestion.sources.tbank.faults import STATUSES, error_for
from ingestion.sources.tbank.settings import NAME, PAGE, ZONE


@dataclass(frozen=True)
class Statement:
    """What the bank says of an account and span: operations as they came, and its balances."""

    account: str
    span: Span
    operations: list[Any]
    opening: Decimal | None
    closing: Decimal | None


class TbankClient:
    """Calls for any account of the company; one throttle for all of them.

    Args:
        page: operations asked for at once.
    """

    def __init__(
        self, section: TbankSection, clock: Clock = SYSTEM_CLOCK, page: int = PAGE
    ) -> None:
        self._section = section
        self._clock = clock
        self._page = page
        self._throttle = Throttle(section.requests_per_second, clock)
        self._clients: dict[str, HttpClient] = {}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def statement(self, account: str, span: Span) -> Statement:
        """Everything of the bank's days ``span``, both ends inclusive, holds included.

        Raises:
            AuthError, RequestRejectedError: the bank refuses; the text has its errorId.
            SourceFormatError: an answer is not of the documented form.
        """
        operations: list[Any] = []
        first: dict[str, Any] | None = None
        cursor, seen = "", set[str]()
        while True:
            body = self._ask(account, span, cursor)
            first = body if first is None else first
            operations += body["operations"]
            cursor = body.get("nextCursor") or ""
            # a cursor that comes again leads in a circle: T-Bank's own sandbox does that
            if not cursor or cursor in seen:
                break
            seen.add(cursor)
        balances = first.get("balances") or {}  # the first page alone has them
        try:
            opening = as_amount(balances.get("balanceBegin"))
            closing = as_amount(balances.get("balanceEnd"))
        except (AttributeError, TypeError, ValueError):
            raise _another_form(account, span, "balances are no amounts") from None
        return Statement(account, span, operations, opening, closing)

    def _ask(self, account: str, span: Span, cursor: str) -> dict[str, Any]:
        params: dict[str, str | int] = {
            "accountNumber": account,
            "from": _moment(datetime.combine(span[0], time(), ZONE)),
            "to": _moment(datetime.combine(span[1] + DAY, time(), ZONE)),  # not included
            "operationStatus": "All",
            "withBalances": "false" if cursor else "true",
            "limit": self._page,
        }
        if cursor:
            params["cursor"] = cursor
        response = self._client(account).request(
            "GET",
            "v1/statement",
            params,
            headers={"X-Request-Id": str(uuid.uuid4())},
            accept=(200, *STATUSES),
        )
        if response.status_code != 200:
            raise error_for(response, account, self._token(account)())
        body = parse_json(response)
        if not isinstance(body, dict) or not isinstance(body.get("operations"), list):
            raise _another_form(account, span, "it has no list operations")
        if not isinstance(body.get("nextCursor") or "", str):
            raise _another_form(account, span, "nextCursor is no text")
        return body

    def _client(self, account: str) -> HttpClient:
        if account not in self._clients:
            token = self._token(account)
            self._clients[account] = HttpClient(
                NAME,
                self._section.base_url,
                self._throttle,
                auth=lambda: {"Authorization": f"Bearer {token()}"},
                clock=self._clock,
                timeout=self._section.timeout_seconds,
                max_attempts=self._section.max_attempts,
            )
        return self._clients[account]

    @staticmethod
    def _token(account: str) -> Callable[[], str]:
        return lambda: secret(NAME, "token", account)


def _moment(local: datetime) -> str:
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _another_form(account: str, span: Span, why: str) -> SourceFormatError:
    return SourceFormatError(
        f"tbank: account {account}: the statement of {span[0]} to {span[1]} is not in T-API's form "
        f"({why}); nothing of it is loaded, check sources.tbank.base_url in company.toml"
    )
