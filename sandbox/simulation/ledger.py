"""Everything the bank booked: customers' money of the deals and all the rest of a company's life.

Each movement gets its ``payment_class`` here, by what it was made as.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sandbox.model import BankDocument
from sandbox.simulation import outgoings
from sandbox.simulation.people import full_name
from sandbox.simulation.wording import purpose
from sandbox.simulation.world import ZERO, Receipt, Story, World, inn
from sandbox.vocabulary import PAYMENT_PURPOSES, REFUND_PURPOSES, STRANGER_PURPOSES

SBER = ("ПАО СБЕРБАНК//{name}//г. Москва//", "7707083893")
STRANGERS = 0.06  # payments of nobody's deal, relative to the deals' payments


@dataclass
class Ledger:
    """Movements of the company's accounts and the truth about each of them."""

    world: World
    rng: Random
    rows: list[dict[str, Any]] = field(default_factory=list)
    income: dict[tuple[int, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def book(self, document: BankDocument, payment_class: str, deal_id: int | None = None) -> None:
        self.world.company.bank.append(document)
        amount = document.amount if document.incoming else -document.amount
        self.rows.append(
            {
                "document_number": document.number,
                "own_account": document.own_account,
                "booked_on": document.day,
                "direction": "in" if document.incoming else "out",
                "payment_class": payment_class,
                "amount": amount,
                "deal_id": deal_id,
                "counterparty_name": document.counterparty_name,
            }
        )

    def movement(
        self, day: date, amount: Decimal, *, party: tuple[str, str, str], text: str,
        incoming: bool = False, account: int = 0, kind: str = "Платежное поручение",
        number: str | None = None, extra: dict[str, str] | None = None,
    ) -> BankDocument:  # fmt: skip
        """A document between one of the own accounts and ``party`` (name, INN, account)."""
        return BankDocument(
            number or str(self.rng.randint(1, 9999)), day, amount, incoming,
            self.world.company.own_accounts[account], kind, *party, text, extra or {},
        )  # fmt: skip


def keep_books(world: World) -> Ledger:
    """Book everything into ``company.bank``; ``rows`` are those of the truth table ``payments``."""
    ledger = Ledger(world, world.stream("ledger"))
    chance = ledger.rng
    for story in world.stories:
        if story.receipts:
            # money that somebody added leaves everybody else's movements as they were
            is_added = world.settled.get(story.lead_id, False)
            ledger.rng = world.stream(f"ledger:{story.lead_id}") if is_added else chance
            _book_deal(ledger, story)
    ledger.rng = chance
    _book_strangers(ledger)
    outgoings.book_all(ledger)
    return ledger


def account_number(rng: Random, prefix: str) -> str:
    return f"{prefix}{rng.randrange(10**12):012d}"


def _book_deal(ledger: Ledger, story: Story) -> None:
    rng = ledger.rng
    party = _payer(rng, story)
    account = 0 if rng.random() < 0.8 else 1
    issued = min(receipt.day for receipt in story.receipts) - timedelta(days=rng.randint(0, 6))
    previous: tuple[Receipt, BankDocument] | None = None
    for receipt in story.receipts:
        incoming = receipt.amount > 0
        if previous and previous[0] == receipt:
            document = BankDocument(**vars(previous[1]))  # the twin repeats every word
        else:
            form = rng.choice(PAYMENT_PURPOSES if incoming else REFUND_PURPOSES)
            text = purpose(
                rng, form, receipt.day, abs(receipt.amount), issued=issued, invoice=story.invoice
            )
            document = ledger.movement(
                receipt.day, abs(receipt.amount), party=party, text=text, incoming=incoming,
                account=account,
            )  # fmt: skip
        ledger.book(document, "customer_payment" if incoming else "customer_refund", story.lead_id)
        previous = (receipt, document)
        ledger.income[receipt.day.year, receipt.day.month] += max(receipt.amount, ZERO)


def _payer(rng: Random, story: Story) -> tuple[str, str, str]:
    """Who pays: the firm, the customer, or the bank on the customer's behalf."""
    if story.firm is not None:
        vat_id = story.firm.custom_fields[0].values[0]["value"]
        return story.firm.name, vat_id, account_number(rng, "40702810")
    name = full_name(rng)
    if rng.random() < 0.2:
        return SBER[0].format(name=name.upper()), SBER[1], account_number(rng, "30232810")
    return name, inn(rng, 12) if rng.random() < 0.5 else "", account_number(rng, "40817810")


def _book_strangers(ledger: Ledger) -> None:
    """Customers' money with no deal in the CRM: sales that nobody wrote down."""
    rng, clock = ledger.rng, ledger.world.clock
    paid = [row for row in ledger.rows if row["payment_class"] == "customer_payment"]
    for _ in range(round(len(paid) * STRANGERS)):
        day = clock.bank_day(rng.choice(clock.days))
        if day > clock.last_day:
            continue
        amount = Decimal(rng.randint(300_000, 9_000_000)).scaleb(-2)
        text = purpose(rng, rng.choice(STRANGER_PURPOSES), day, amount)
        party = (full_name(rng), inn(rng, 12), account_number(rng, "40817810"))
        document = ledger.movement(day, amount, party=party, text=text, incoming=True)
        ledger.book(document, "customer_payment")
