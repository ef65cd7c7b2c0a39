"""Which deal each payment of a customer is known to be of: the rules, read off bank rows and cards.

The rules stand in ``docs/money.md``; nothing here is shared with the project's models. A payment
goes to a deal only where one rule leads to exactly one; what several could claim goes to none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.model import BankDocument, Company, FieldValue, Lead
from sandbox.simulation import structure as ids
from sandbox.simulation.clock import Clock
from sandbox.simulation.world import LOST, WON, ZERO

BEFORE, AFTER = 60, 30  # days around a deal's closing, both included
AGE_MONTHS = 12
CUSTOMERS = ("customer_payment", "customer_refund")
SCORES = {
    "deal_number": Decimal("0.98"), "invoice_inn": Decimal("0.98"),
    "invoice_sum": Decimal("0.95"), "invoices_split": Decimal("0.95"),
    "invoice": Decimal("0.85"), "inn_sum": Decimal("0.80"),
    "refund_of_payment": Decimal("0.80"),
}  # fmt: skip

_NUMBER = r"(?:№|N)?\s*(?:СЧ-)?\d+(?![\d-])"
_INVOICES = re.compile(
    rf"(?:сч[её]т\w*|сч\.)\s*{_NUMBER}(?:\s*(?:,|;|и)\s*{_NUMBER})*", re.IGNORECASE
)
_DEAL = re.compile(r"(?:сделк\w*|заказ\w*|order|deal)\s*(?:№|N)\s*(\d+)", re.IGNORECASE)


@dataclass
class Claim:
    """One movement on its way through the rules."""

    document: BankDocument
    amount: Decimal  # signed
    deals: set[int]  # that its text names by invoice numbers
    numbers: set[str]
    shares: dict[int, Decimal] = field(default_factory=dict)
    method: str | None = None
    bucket: str = "unallocated_no_candidate"
    is_open: bool = True

    def settle(self, method: str, shares: dict[int, Decimal]) -> None:
        self.method, self.shares, self.bucket, self.is_open = method, shares, "allocated", False

    def take(self, method: str, found: set[int]) -> None:
        """One deal settles it, several end the search."""
        if len(found) == 1:
            self.settle(method, dict.fromkeys(found, self.amount))
        elif found:
            self.put_off("unallocated_ambiguous")

    def put_off(self, bucket: str) -> None:
        """Nothing weaker may decide any more."""
        self.bucket, self.is_open = bucket, False

    @property
    def counterparty(self) -> str:
        return self.document.counterparty_inn or self.document.counterparty_account


@dataclass(frozen=True)
class Card:
    """What the CRM says of a deal, as far as money asks."""

    id: int
    price: Decimal
    created_on: date
    closed_on: date | None  # None while open
    names: tuple[frozenset[str], ...]


class Matcher:
    """The rules over one company's bank rows, from the strongest to the weakest."""

    def __init__(self, company: Company, documents: Iterable[tuple[BankDocument, str]]) -> None:
        self.cards: dict[int, Card] = {}
        self.by_invoice: dict[str, set[int]] = defaultdict(set)
        self.by_tax_number: dict[str, list[int]] = defaultdict(list)
        self.by_price: dict[Decimal, list[int]] = defaultdict(list)
        self._read_cards(company)
        self.claims = [
            self._claim(document)
            for document, payment_class in documents
            if payment_class in CUSTOMERS
        ]
        self.claims.sort(key=lambda claim: claim.document.day)
        self.of_deal: dict[int, list[Claim]] = defaultdict(list)  # those that are settled
        self.of_party: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            self.of_party[claim.counterparty].append(claim)

    def match(self) -> list[Claim]:
        """Every customer's movement with its deals and the rule, or why there is none."""
        for rule in (
            self._deal_number, self._invoice_inn, self._invoice_sum, self._split, self._invoice,
            self._inn_sum,
        ):  # fmt: skip
            # what one rule finds out only the weaker ones know
            still_open = [claim for claim in self.claims if claim.is_open]
            for claim in still_open:
                rule(claim)
            self._note(still_open)
        for claim in self.claims:
            if claim.is_open and claim.amount < 0:
                self._refund(claim)
                self._note([claim])
        for claim in self.claims:
            if claim.is_open and claim.amount > 0 and self._may_be(claim):
                claim.put_off("unallocated_review")
        return self.claims

    def _note(self, settled: Iterable[Claim]) -> None:
        for claim in settled:
            for deal in claim.shares:
                self.of_deal[deal].append(claim)

    def _read_cards(self, company: Company) -> None:
        clock = Clock(company.spec)
        firms = {card.id: card for card in company.companies}
        contacts = {contact.id: contact for contact in company.contacts if contact.is_listed}
        for lead in company.leads:
            if lead.is_deleted or lead.is_purged:
                continue
            contact = contacts.get(lead.contact_ids[0]) if lead.contact_ids else None
            firm = firms.get(lead.company_id or 0)
            own = _value(firm.custom_fields, ids.FIRM_INN) if firm else ""
            own = own or (_value(contact.custom_fields, ids.C_INN) if contact else "")
            names = tuple(_words(card.name) for card in (contact, firm) if card is not None)
            self.cards[lead.id] = Card(
                lead.id, lead.price, clock.day_of(lead.created_at), _closed_on(clock, lead), names
            )
            if number := _bare(_value(lead.custom_fields, ids.INVOICE)):
                self.by_invoice[number].add(lead.id)
            if own:
                self.by_tax_number[own].append(lead.id)
            if lead.price > 0:
                self.by_price[lead.price].append(lead.id)

    def _claim(self, document: BankDocument) -> Claim:
        numbers = invoice_numbers(document.purpose) & self.by_invoice.keys()
        deals = {deal for number in numbers for deal in self.by_invoice[number]}
        signed = document.amount if document.incoming else -document.amount
        return Claim(document, signed, deals, numbers)

    def _deal_number(self, claim: Claim) -> None:
        named = {int(number) for number in _DEAL.findall(claim.document.purpose)}
        claim.take("deal_number", named & self.cards.keys())

    def _invoice_inn(self, claim: Claim) -> None:
        if len(claim.numbers) < 2:  # several are for the rule that splits
            theirs = self.by_tax_number.get(claim.document.counterparty_inn, [])
            claim.take("invoice_inn", claim.deals.intersection(theirs))

    def _invoice_sum(self, claim: Claim) -> None:
        if len(claim.numbers) < 2:
            claim.take("invoice_sum", {deal for deal in claim.deals if self._fits(claim, deal)})

    def _split(self, claim: Claim) -> None:
        if len(claim.numbers) < 2 or len(claim.deals) < 2:
            return
        prices = {deal: self.cards[deal].price for deal in claim.deals}
        rests = {deal: self._rest(claim, deal) for deal in claim.deals}
        for sums in (prices, rests):
            if sum(sums.values()) == claim.amount and min(sums.values()) > 0:
                claim.settle("invoices_split", sums)
                return

    def _invoice(self, claim: Claim) -> None:
        oldest = _months_before(claim.document.day, AGE_MONTHS)
        claim.take("invoice", {d for d in claim.deals if self.cards[d].created_on >= oldest})

    def _inn_sum(self, claim: Claim) -> None:
        day, found = claim.document.day, set()
        for deal in self.by_tax_number.get(claim.document.counterparty_inn, ()):
            card = self.cards[deal]
            if card.closed_on is None:
                is_near = card.created_on <= day
            else:
                first = card.closed_on - timedelta(days=BEFORE)
                is_near = first <= day <= card.closed_on + timedelta(days=AFTER)
            if is_near and self._fits(claim, deal):
                found.add(deal)
        claim.take("inn_sum", found)

    def _refund(self, claim: Claim) -> None:
        """Money goes back to where it came from."""
        day = claim.document.day
        givers = {
            deal
            for other in self.of_party[claim.counterparty]
            if other.amount > 0 and other.document.day < day
            for deal in other.shares
        }
        able = {deal for deal in givers if self._brought(deal, day) >= -claim.amount}
        if len(able) == 1:
            claim.settle("refund_of_payment", {able.pop(): claim.amount})
        elif givers:
            claim.put_off("unallocated_review")

    def _may_be(self, claim: Claim) -> bool:
        """Whether somebody should look: the payer's deals wait for money, or name and sum fit."""
        theirs = self.by_tax_number.get(claim.document.counterparty_inn, ())
        if any(self._brought(deal) < self.cards[deal].price for deal in theirs):
            return True
        name = _words(claim.document.counterparty_name)
        same = self.by_price.get(claim.amount, ())
        return any(_alike(name, words) for deal in same for words in self.cards[deal].names)

    def _fits(self, claim: Claim, deal: int) -> bool:
        """The sum is the price, or what is left of it; a refund pays for nothing."""
        price = self.cards[deal].price
        return price > 0 and claim.amount > 0 and claim.amount in (price, self._rest(claim, deal))

    def _rest(self, claim: Claim, deal: int) -> Decimal:
        return self.cards[deal].price - self._brought(deal, claim.document.day)

    def _brought(self, deal: int, before: date | None = None) -> Decimal:
        """What is known to have been paid for a deal, refunds taken off."""
        known = (
            claim.shares[deal]
            for claim in self.of_deal[deal]
            if before is None or claim.document.day < before
        )
        return sum(known, ZERO)


def invoice_numbers(text: str) -> set[str]:
    """Numbers right after a form of the word счёт, one or a list, without zeros in front."""
    return {
        _bare(number)
        for stretch in _INVOICES.findall(text)
        for number in re.findall(r"\d+", stretch)
    }


def matched(company: Company, rows: list[dict[str, Any]]) -> tuple[list[Claim], list[int]]:
    """Claims of a company's bank and, beside each, the position of its row in ``rows``.

    ``rows`` are those of the truth table ``payments``, in the order of ``company.bank``.
    """
    documents = [
        (document, str(row["payment_class"]))
        for document, row in zip(company.bank, rows, strict=True)
    ]
    position = {id(document): n for n, (document, _) in enumerate(documents)}
    claims = Matcher(company, documents).match()
    return claims, [position[id(claim.document)] for claim in claims]


def _value(fields: list[FieldValue], field_id: int) -> str:
    return next((str(f.values[0]["value"]) for f in fields if f.field_id == field_id), "")


def _bare(number: str) -> str:
    return number.removeprefix("СЧ-").lstrip("0")


def _closed_on(clock: Clock, lead: Lead) -> date | None:
    is_closed = lead.status_id in (WON, LOST) and lead.closed_at is not None
    return clock.day_of(lead.closed_at or 0) if is_closed else None


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last one of it."""
    count = day.year * 12 + day.month - 1 - months
    for last in (day.day, 30, 29, 28):
        try:
            return date(count // 12, count % 12 + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError


def _words(name: str) -> frozenset[str]:
    """A name's words; of a bank that pays for somebody, that somebody's."""
    text = name.split("//")[1] if name.count("//") > 1 else name
    return frozenset(re.findall(r"[а-яa-z0-9]+", text.lower().replace("ё", "е")))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Nearly all words in common; a first name alone is nobody."""
    common = len(one & other)
    return common > 1 and common >= 0.85 * len(one | other)
