"""Sales paid online: what the acquirer collected, gave back, kept and sent on to the bank.

Added to a finished company and known to nobody who does not ask: kitchens that the books show no
payment for were paid by card, and small things were sold on the site to people without a deal.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sandbox.model import BankDocument, Company
from sandbox.simulation.cards import CARRIED_ON
from sandbox.simulation.clock import Clock, utc
from sandbox.simulation.world import ZERO

SHOP = "506751"
# Settlements come to an account that nothing else uses.
ONLINE_ACCOUNT = "40702810710000055501"
ACQUIRER = ('НКО "ЮМани" (ООО)', "7750005725", "30232810900000000150")
SMALL_SALES = 0.02  # things sold on the site, relative to deals
FEES = {"bank_card": Decimal("0.035"), "sbp": Decimal("0.007"), "yoo_money": Decimal("0.035")}
KOPECK = Decimal("0.01")


@dataclass
class OnlinePayment:
    """A payment as the acquirer shows it; ``income`` is what is left after its fee."""

    id: str
    amount: Decimal
    income: Decimal
    created_at: datetime
    captured_at: datetime | None
    description: str
    method: str
    status: str = "succeeded"
    is_test: bool = False
    deal_id: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def is_money(self) -> bool:
        return self.status == "succeeded" and not self.is_test


@dataclass
class OnlineRefund:
    id: str
    payment: OnlinePayment
    amount: Decimal
    created_at: datetime
    status: str = "succeeded"


@dataclass
class OnlineSales:
    """The shop's book, and the lines by which the bank shows its settlements."""

    payments: list[OnlinePayment] = field(default_factory=list)
    refunds: list[OnlineRefund] = field(default_factory=list)
    settlements: list[BankDocument] = field(default_factory=list)


def online_sales(company: Company) -> OnlineSales:
    """The company's online sales; always the same for the same company."""
    rng, clock = Random(f"{company.spec.seed}:acquiring"), Clock(company.spec)
    sales = OnlineSales()
    for deal in _paid_nowhere_else(company):
        day = clock.day_of(int(deal["closed_at"].timestamp()))
        if day >= clock.first_day:  # the others were imported, and paid years ago
            _sell(rng, clock, sales, day, deal["price"], "Кухня на заказ", deal["deal_id"])
    for _ in range(round(company.spec.deals * SMALL_SALES)):
        price = Decimal(rng.randint(49_000, 1_900_000)).scaleb(-2)
        thing = rng.choice(("Столешница", "Фурнитура", "Мойка", "Выезд замерщика"))
        _sell(rng, clock, sales, rng.choice(clock.days), price, thing, None)
    _add_what_is_no_money(rng, clock, sales)
    sales.payments.sort(key=lambda payment: payment.created_at)
    sales.refunds.sort(key=lambda refund: refund.created_at)
    sales.settlements = _settle(rng, clock, sales)
    return sales


def _paid_nowhere_else(company: Company) -> list[dict[str, Any]]:
    """Won deals without a movement in the bank whose date of payment the CRM knows."""
    unpaid = {
        row["deal_id"]
        for row in company.truth.get("defects", [])
        if row["rule_id"] == "won_no_payment_date"
    }
    # what came to the bank was not paid online too, whether or not anybody can know whose it was
    came = {row["true_deal_id"] for row in company.truth.get("payment_matches", [])}
    carried = {lead.id for lead in company.leads if CARRIED_ON in lead.tags}
    return [
        deal
        for deal in company.truth.get("deals", [])
        if deal["status"] == "won"
        and not deal["is_deleted"]
        and not deal["paid_amount"]
        and deal["price"] > 0
        and deal["deal_id"] not in unpaid
        and deal["deal_id"] not in came
        and deal["deal_id"] not in carried  # paid for where it was sold
    ]


def _sell(
    rng: Random, clock: Clock, sales: OnlineSales, day: date, price: Decimal, thing: str,
    deal_id: int | None,
) -> None:  # fmt: skip
    """One sale: a payment, held for a day or two now and then, and perhaps a refund."""
    created_at = _moment(rng, clock, day)
    held = timedelta(days=rng.randint(1, 2)) if rng.random() < 0.1 else timedelta(seconds=40)
    captured_at = created_at + held
    if captured_at > utc(clock.now):
        return
    method = rng.choices(tuple(FEES), weights=(6, 3, 1))[0]
    income = price - (price * FEES[method]).quantize(KOPECK)
    payment = OnlinePayment(
        _uuid(rng), price, income, created_at, captured_at, thing, method, deal_id=deal_id
    )
    if deal_id is not None:
        payment.metadata = {"deal_id": str(deal_id), "cms": "site"}
    sales.payments.append(payment)
    if rng.random() < 0.08:
        share = Decimal(1) if deal_id is None else Decimal("0.1")
        back_at = captured_at + timedelta(days=rng.randint(1, 9))
        if back_at <= utc(clock.now):
            amount = (price * share).quantize(KOPECK)
            sales.refunds.append(OnlineRefund(_uuid(rng), payment, amount, back_at))


def _add_what_is_no_money(rng: Random, clock: Clock, sales: OnlineSales) -> None:
    """Tests, abandoned carts, a payment only held, one that waits: in the lists, in no sum."""
    for kind in ("test", "canceled", "canceled", "waiting_for_capture", "pending"):
        is_late = kind in ("waiting_for_capture", "pending")
        created_at = _moment(rng, clock, clock.last_day if is_late else rng.choice(clock.days))
        price = Decimal(rng.randint(10_000, 90_000)).scaleb(-2)
        status = "succeeded" if kind == "test" else kind
        captured_at = created_at + timedelta(seconds=30) if kind == "test" else None
        sales.payments.append(
            OnlinePayment(
                _uuid(rng), price, price, created_at, captured_at, "Проверка оплаты", "bank_card",
                status, is_test=kind == "test",
            )
        )  # fmt: skip


def _settle(rng: Random, clock: Clock, sales: OnlineSales) -> list[BankDocument]:
    """One line a working day: what was captured since the last, less refunds and fees."""
    nets: dict[date, Decimal] = {}
    fees: dict[date, Decimal] = {}
    for payment in sales.payments:
        if payment.is_money and payment.captured_at is not None:
            day = _day(clock, payment.captured_at)
            nets[day] = nets.get(day, ZERO) + payment.income
            fees[day] = fees.get(day, ZERO) + payment.amount - payment.income
    for refund in sales.refunds:
        day = _day(clock, refund.created_at)
        nets[day] = nets.get(day, ZERO) - refund.amount
    documents, owed, kept = [], ZERO, ZERO
    days = sorted(nets)
    for n, day in enumerate(days):
        owed, kept = owed + nets[day], kept + fees.get(day, ZERO)
        booked = clock.bank_day(day + timedelta(days=1))
        comes_together = n + 1 < len(days) and days[n + 1] < booked
        if comes_together or owed <= 0 or booked > clock.last_day:
            continue
        text = (
            f"Перечисление денежных средств по Договору № НБ-{SHOP} по Реестру от {day:%d.%m.%Y}. "
            f"Сумма комиссии {kept} руб. НДС не облагается"
        )
        number = str(rng.randint(10_000, 999_999))
        documents.append(
            BankDocument(
                number, booked, owed, True, ONLINE_ACCOUNT, "Платежное поручение", *ACQUIRER, text
            )
        )
        owed, kept = ZERO, ZERO
    return documents


def _moment(rng: Random, clock: Clock, day: date) -> datetime:
    local = datetime.combine(day, time(9), clock.zone) + timedelta(seconds=rng.randrange(12 * 3600))
    return min(utc(int(local.timestamp())), utc(clock.now - rng.randrange(1, 3600)))


def _day(clock: Clock, moment: datetime) -> date:
    return moment.astimezone(clock.zone).date()


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))
