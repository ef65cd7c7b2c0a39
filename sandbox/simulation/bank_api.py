"""The company's accounts as two banks' own services show them: moments, ids, categories, holds.

The movements are those of the statement files: one bank has the first own account, the other the
second. The first bank also has the account that settlements of online sales come to.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from sandbox.model import BankDocument, Company
from sandbox.simulation.acquiring import ONLINE_ACCOUNT, online_sales
from sandbox.simulation.world import ZERO

MOSCOW = ZoneInfo("Europe/Moscow")  # both banks count days there
OPENING = Decimal("1500000.00")
NIGHT_SHARE = 0.03  # operations between 22:00 and 03:00, whose ids may change

_CATEGORIES = {
    ("customer_payment", True): "contragentIncome",
    ("customer_refund", False): "contragentRefund",
    ("own_transfer", True): "selfOutcomeOuter",
    ("own_transfer", False): "selfTransferOuter",
    ("bank_fee", False): "fee",
    ("tax", False): "tax",
    ("salary", False): "salary",
    ("loan_deposit_interest", True): "income",
    ("loan_deposit_interest", False): "creditPaymentOuter",
    ("other_in", True): "refundIn",
    ("other_out", False): "contragentOutcome",
}


@dataclass
class Operation:
    """A movement as a bank's service knows it; ``is_hold`` is money that has not moved yet."""

    id: str
    at: datetime
    document: BankDocument
    category: str
    is_hold: bool = False

    @property
    def signed(self) -> Decimal:
        return self.document.amount if self.document.incoming else -self.document.amount


@dataclass
class Account:
    """An own account: its balance before the first operation, and operations in order of time."""

    number: str
    opening: Decimal
    operations: list[Operation]

    def balance(self, before: datetime) -> Decimal:
        """What the bank has booked by then."""
        moved = (o.signed for o in self.operations if o.at < before and not o.is_hold)
        return self.opening + sum(moved, ZERO)


def tbank_accounts(company: Company) -> list[Account]:
    """The first own account, and the one that online sales are settled to."""
    rng = Random(f"{company.spec.seed}:tbank")
    own = [_account(rng, n, _documents(company, n)) for n in company.own_accounts[:1]]
    settled = [(document, "contragentIncome") for document in online_sales(company).settlements]
    online = _account(rng, ONLINE_ACCOUNT, settled)
    _add_holds(rng, company, online)
    return [*own, online]


def tochka_accounts(company: Company) -> list[Account]:
    """The second own account."""
    rng = Random(f"{company.spec.seed}:tochka")
    return [_account(rng, n, _documents(company, n)) for n in company.own_accounts[1:2]]


def _documents(company: Company, number: str) -> list[tuple[BankDocument, str]]:
    truth = company.truth.get("payments", [])
    # the truth's rows stand in the order of the documents
    classes = [row["payment_class"] for row in truth] if len(truth) == len(company.bank) else None
    found = []
    for n, document in enumerate(company.bank):
        if document.own_account == number:
            found.append((document, _category(document, classes[n] if classes else None)))
    return found


def _category(document: BankDocument, payment_class: str | None) -> str:
    if payment_class == "customer_payment" and len(document.counterparty_inn) != 10:
        return "incomePeople"
    plain = "unspecifiedIn" if document.incoming else "unspecifiedOut"
    return _CATEGORIES.get((payment_class or "", document.incoming), plain)


def _account(rng: Random, number: str, rows: list[tuple[BankDocument, str]]) -> Account:
    operations = [
        Operation(_uuid(rng), _moment(rng, document), document, category)
        for document, category in rows
    ]
    operations.sort(key=lambda operation: operation.at)
    lowest = balance = ZERO
    for operation in operations:
        balance += operation.signed
        lowest = min(lowest, balance)
    return Account(number, OPENING - lowest, operations)


def _add_holds(rng: Random, company: Company, account: Account) -> None:
    """Payments by card of the last two days: held, and final some days later."""
    last = company.spec.as_of.astimezone(MOSCOW).date()
    for days_ago in (1, 0):
        amount = Decimal(rng.randint(50_000, 700_000)).scaleb(-2)
        document = BankDocument(
            "", last - timedelta(days=days_ago), amount, False, account.number, "",
            "Леруа Мерлен", "", "", "Оплата картой в магазине",
        )  # fmt: skip
        at = datetime.combine(document.day, time(12, 30), MOSCOW).astimezone(UTC)
        account.operations.append(Operation(_uuid(rng), at, document, "cardOperation", True))


def _moment(rng: Random, document: BankDocument) -> datetime:
    """Some moment of the booking day; a few at night, on either side of midnight."""
    hour = rng.choice((0, 1, 2, 22, 23)) if rng.random() < NIGHT_SHARE else rng.randint(9, 18)
    local = datetime.combine(document.day, time(hour, rng.randrange(60)), MOSCOW)
    return local.astimezone(UTC)


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))
