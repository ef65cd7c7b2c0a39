"""HTTP to Tochka: a statement is ordered, waited for, and read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import requests

from ingestion.bank_feed import as_amount
from ingestion.days import Span
from ingestion.errors import ServiceUnavailableError, SourceFormatError
from ingestion.http import SYSTEM_CLOCK, Clock, HttpClient, Throttle, parse_json
from ingestion.settings import Settings, secret
from ingestion.sources.tochka.config import TochkaSection
from ingestion.sources.tochka.faults import DEPENDENCY, STATUSES, error_for
from ingestion.sources.tochka.remembered import Remembered
from ingestion.sources.tochka.settings import FRESH, KEPT, NAME, ZONE

_ROOT = "open-banking/v1.0"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0  # seconds between looks at a statement in the making
_DEPENDENCY_PAUSE, _DEPENDENCY_TRIES = 5.0, 4
_ORDERS = 2  # a statement that failed is ordered once more


@dataclass(frozen=True)
class Statement:
    """A statement that is ready: transactions as they came, and the bank's balances."""

    account: str  # account/BIC
    span: Span
    statement_id: str
    transactions: list[Any]
    opening: Decimal | None
    closing: Decimal | None

    @property
    def account_number(self) -> str:
        return self.account.split("/")[0]


class TochkaClient:
    """Calls for any account that one token opens, or each its own."""

    def __init__(self, settings: Settings, clock: Clock = SYSTEM_CLOCK, tries: int = 0) -> None:
        self._section = settings.section(TochkaSection)
        self._now = settings.now()
        self._clock = clock
        self._tries = tries or self._section.max_attempts
        self._throttle = Throttle(self._section.requests_per_second, clock)
        self._remembered = Remembered(settings.state_dir)
        self._clients: dict[str, HttpClient] = {}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def accounts(self, account: str) -> list[str]:
        """The accounts that this one's token opens, as account/BIC."""
        answer = self._ask("GET", f"{_ROOT}/accounts", account, "the list of accounts")
        found = _part(answer, "Account", "the list of accounts")
        return [str(item.get("accountId")) for item in found if isinstance(item, dict)]

    def statement(self, account: str, span: Span) -> Statement:
        """Everything of the bank's days ``span``, both ends inclusive, pending included.

        The id of a statement in the making is kept in a file, so that a run which was killed, or
        gave up waiting, is followed by one that asks for the same statement.

        Raises:
            AuthError, RequestRejectedError: the bank refuses.
            ServiceUnavailableError: the statement failed twice or was not ready in time.
            SourceFormatError: an answer is not of the documented form.
        """
        what = f"account {account}: the statement of {span[0]} to {span[1]}"
        for _ in range(_ORDERS):
            statement_id = self._known(account, span) or self._order(account, span, what)
            body = self._wait_for(account, statement_id, what)
            if body is not None:
                self._remembered.forget(account, span)
                return _read(account, span, statement_id, body, what)
            self._remembered.forget(account, span)
        raise ServiceUnavailableError(
            f"tochka: {what} failed at the bank twice; run again later, then ask its support"
        )

    def _known(self, account: str, span: Span) -> str | None:
        is_over = span[1] < self._now.astimezone(ZONE).date()
        return self._remembered.find(account, span, self._now, KEPT if is_over else FRESH)

    def _order(self, account: str, span: Span, what: str) -> str:
        order = {
            "accountId": account,
            "startDateTime": span[0].isoformat(),
            "endDateTime": span[1].isoformat(),
        }
        body = {"Data": {"Statement": order}}
        answer = self._ask("POST", f"{_ROOT}/statements", account, what, body)
        statement_id = _first(answer, what).get("statementId")
        if not statement_id:
            raise _another_form(what, "it has no statementId")
        self._remembered.keep(account, span, str(statement_id), self._now)
        return str(statement_id)

    def _wait_for(self, account: str, statement_id: str, what: str) -> dict[str, Any] | None:
        """The statement once it is ready; None if the bank failed to make it, or deleted it."""
        path = f"{_ROOT}/accounts/{quote(account, safe='')}/statements/{quote(statement_id)}"
        deadline = self._clock.now() + 60 * self._section.statement_minutes
        pause = _FIRST_PAUSE
        while True:
            answer = self._ask("GET", path, account, what, lost=404)
            if answer is None:
                return None
            statement = _first(answer, what)
            status = statement.get("status")
            if status == "Ready":
                return statement
            if status == "Error":
                return None
            if status not in ("Created", "Processing"):
                raise _another_form(what, f'status "{status}" is unknown')
            if self._clock.now() + pause > deadline:
                raise ServiceUnavailableError(
                    f"tochka: {what} was not ready in {self._section.statement_minutes} minutes; "
                    "run again, the next run asks for the same statement"
                )
            self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _ask(
        self, method: str, path: str, account: str, what: str, body: Any = None, lost: int = 0
    ) -> Any:
        """The answer's JSON; None where the status is ``lost``."""
        tries = 1
        while True:
            response: requests.Response = self._client(account).request(
                method, path, json=body, accept=(200, 201, *STATUSES)
            )
            if response.status_code == lost:
                return None
            if response.status_code < 300:
                return parse_json(response)
            if response.status_code != DEPENDENCY or tries >= _DEPENDENCY_TRIES:
                raise error_for(response, what, secret(NAME, "token", _owner(account)))
            self._clock.sleep(_DEPENDENCY_PAUSE)
            tries += 1

    def _client(self, account: str) -> HttpClient:
        if account not in self._clients:
            owner = _owner(account)
            self._clients[account] = HttpClient(
                NAME,
                self._section.base_url,
                self._throttle,
                auth=lambda: {"Authorization": f"Bearer {secret(NAME, 'token', owner)}"},
                clock=self._clock,
                timeout=self._section.timeout_seconds,
                max_attempts=self._tries,
            )
        return self._clients[account]


def _owner(account: str) -> str:
    return account.split("/")[0]


def _part(answer: Any, name: str, what: str) -> list[Any]:
    """``Data.<name>``, which is a list in some answers and one object in others."""
    data = answer.get("Data") if isinstance(answer, dict) else None
    found = data.get(name) if isinstance(data, dict) else None
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise _another_form(what, f"it has no Data.{name}")
    return found


def _first(answer: Any, what: str) -> dict[str, Any]:
    found = _part(answer, "Statement", what)
    if not found or not isinstance(found[0], dict):
        raise _another_form(what, "Data.Statement is empty")
    return found[0]


def _read(
    account: str, span: Span, statement_id: str, body: dict[str, Any], what: str
) -> Statement:
    transactions = body.get("Transaction", [])
    if not isinstance(transactions, list):
        raise _another_form(what, "Transaction is no list")
    opening, closing = (
        _balance(body.get(key), what) for key in ("startDateBalance", "endDateBalance")
    )
    return Statement(account, span, statement_id, transactions, opening, closing)


def _balance(value: Any, what: str) -> Decimal | None:
    if isinstance(value, dict):
        value = value.get("amount")
    try:
        return as_amount(value)
    except (TypeError, ValueError):
        raise _another_form(what, "balances are no amounts") from None


def _another_form(what: str, why: str) -> SourceFormatError:
    return SourceFormatError(
        f"tochka: {what} is not in the documented form ({why}); nothing of it is loaded, check "
        "sources.tochka.base_url in company.toml"
    )
