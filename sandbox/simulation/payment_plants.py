"""Payments that are hard to bring to their deal, each kind next to its near misses.

They are made by rewriting booked movements before the books are closed, so that everything that
was drawn before stays as it was. Where nobody can know the deal, the CRM still holds the date of
payment, so that no card becomes bad by it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from sandbox.model import BankDocument, FieldValue
from sandbox.simulation import structure as ids
from sandbox.simulation.ledger import SBER, Ledger, account_number
from sandbox.simulation.payment_matches import AFTER, BEFORE
from sandbox.simulation.people import full_name
from sandbox.simulation.world import ZERO, Story, inn
from sandbox.vocabulary import SILENT_PURPOSES, SILENT_REFUND_PURPOSES, SURNAMES

KOPECK = Decimal("0.01")
FIRST_OLD_INVOICE = 2301  # of the years before the CRM; no other number is near
Row = dict[str, Any]
Booked = tuple[BankDocument, Row]


@dataclass
class Planter:
    """The booked movements of every deal, and which deals are taken already."""

    ledger: Ledger
    rng: Random
    of_deal: dict[int, list[Booked]] = field(default_factory=lambda: defaultdict(list))
    used: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)
    plants: dict[int, str] = field(default_factory=dict)  # by the identity of a document
    shares: dict[int, dict[int, Decimal]] = field(default_factory=dict)  # what one was really for

    def __post_init__(self) -> None:
        world = self.ledger.world
        for document, row in zip(world.company.bank, self.ledger.rows, strict=True):
            if row["deal_id"] is not None:
                self.of_deal[row["deal_id"]].append((document, row))
        self.by_firm: dict[int, list[Story]] = defaultdict(list)
        self.by_contact: dict[int, int] = defaultdict(int)
        for story in world.stories:
            if story.firm is not None:
                self.by_firm[story.firm.id].append(story)
            self.by_contact[story.contacts[0].id] += 1
        parents = {story.parent.lead_id for story in world.stories if story.parent}
        self.stories = [
            story
            for story in world.stories
            if story.is_live and story.kind not in ("child", "imported")
            and story.lead_id not in parents
        ]  # fmt: skip
        self.rng.shuffle(self.stories)
        self.used |= world.settled.keys()
        self.scale = max(1, world.company.spec.deals // 3000)

    def take(self, count: int, fits: Callable[[Story], bool]) -> list[Story]:
        """Up to ``count`` deals, more in a bigger company, that nothing else was made of."""
        return self.pick(count * self.scale, fits)

    def pick(self, count: int, fits: Callable[[Story], bool]) -> list[Story]:
        found: list[Story] = []
        for story in self.stories:
            if len(found) == count:
                break
            if story.lead_id not in self.used and fits(story):
                found.append(story)
        self.used.update(story.lead_id for story in found)
        return found

    def mark(self, document: BankDocument, plant: str) -> None:
        self.plants[id(document)] = plant

    def at_once(self, story: Story, plant: str) -> Booked:
        """The deal's only movement, over the whole price and without a word about it."""
        (document, row), *others = self.of_deal[story.lead_id]
        self.removed.update(id(other) for other, _ in others)
        self.pay(document, row, story.price)
        document.purpose = self.rng.choice(SILENT_PURPOSES)
        self.mark(document, plant)
        return document, row

    def pay(self, document: BankDocument, row: Row, amount: Decimal) -> None:
        document.amount = amount
        row["amount"] = amount if document.incoming else -amount

    def book_on(self, booked: Booked, day: date) -> None:
        booked[0].day = booked[1]["booked_on"] = day

    def set_payer(self, booked: Booked, name: str, vat_id: str, account: str | None = None) -> None:
        document, row = booked
        document.counterparty_name = row["counterparty_name"] = name
        document.counterparty_inn = vat_id
        document.counterparty_account = account or account_number(self.rng, "40817810")

    def closed_on(self, story: Story) -> date:
        return self.ledger.world.clock.day_of(story.steps[-1].at)

    def can_be_paid(self, story: Story, days: int) -> bool:
        """By a firm with nothing else, so many days after the closing."""
        return (
            self.is_noted(story)
            and self.is_firms(story)
            and self.is_in_period(self.closed_on(story) + timedelta(days=days))
        )

    def is_in_period(self, day: date) -> bool:
        clock = self.ledger.world.clock
        return clock.first_day <= day <= clock.last_day

    # -- what a deal has to be like ---------------------------------------------------------------

    def is_paid(self, story: Story) -> bool:
        """Won and paid in full, nothing given back, the price as it ought to be."""
        rows = self.of_deal[story.lead_id]
        return (
            story.status == "won"
            and story.price > 0
            and bool(rows)
            and all(document.incoming for document, _ in rows)
            and sum((document.amount for document, _ in rows), ZERO) == story.price
            and story.invoice is not None
        )

    def is_noted(self, story: Story) -> bool:
        return self.is_paid(story) and story.crm_paid_on is not None

    def is_firms(self, story: Story) -> bool:
        """Of a firm without any other deal."""
        return story.firm is not None and len(self.by_firm[story.firm.id]) == 1

    def is_persons(self, story: Story) -> bool:
        return story.firm is None and self.by_contact[story.contacts[0].id] == 1


def plant_payments(ledger: Ledger) -> Planter:
    """Rewrite movements of some deals; the planter knows which, by the identity of a document."""
    planter = Planter(ledger, ledger.world.stream("payment_plants"))
    for plant in (
        _equal_prices, _by_tax_number, _window, _other_sum, _rest_by_another, _contacts_own,
        _deal_numbers, _splits, _names, _refunds, _old_invoices, _one_number_of_two, _wrong_number,
    ):  # fmt: skip
        plant(planter)
    company = ledger.world.company
    kept = [
        (document, row)
        for document, row in zip(company.bank, ledger.rows, strict=True)
        if id(document) not in planter.removed
    ]
    company.bank[:] = [document for document, _ in kept]
    ledger.rows[:] = [row for _, row in kept]
    return planter


def _by_tax_number(p: Planter) -> None:
    """No number at all, but the firm and the sum."""
    for story in p.take(2, lambda s: p.is_paid(s) and p.is_firms(s)):
        p.book_on(p.at_once(story, "inn_sum"), p.closed_on(story))


def _window(p: Planter) -> None:
    """The same on the first and the last day around the closing, and a day beyond either."""
    for plant, days in (
        ("inn_sum_first_day", -BEFORE), ("inn_sum_day_before", -BEFORE - 1),
        ("inn_sum_last_day", AFTER), ("inn_sum_day_after", AFTER + 1),
    ):  # fmt: skip
        for story in p.take(1, partial(p.can_be_paid, days=days)):
            p.book_on(p.at_once(story, plant), p.closed_on(story) + timedelta(days=days))


def _equal_prices(p: Planter) -> None:
    """Two deals of one firm cost the same: both in the window, and one long closed."""
    clock = p.ledger.world.clock
    waiting: dict[Decimal, list[Story]] = defaultdict(list)
    for story in p.stories:
        if p.is_persons(story) and not p.of_deal[story.lead_id] and story.price > 0:
            waiting[story.price].append(story)
    # nobody has told a price yet: it may be any
    unpriced = [
        story
        for story in p.stories
        if p.is_persons(story)
        and not p.of_deal[story.lead_id]
        and story.status == "open"
        and story.price == ZERO
        and len(story.prices) == 1
        and not story.plants
    ]

    def other(story: Story, *, near: bool) -> Story | None:
        for candidate in waiting[story.price]:
            if candidate.lead_id in p.used:
                continue
            begun = clock.day_of(candidate.created_at) < p.closed_on(story)
            if candidate.status == "open":
                if near and begun:
                    return candidate
                continue
            apart = (p.closed_on(story) - p.closed_on(candidate)).days
            if (near and -BEFORE < apart < AFTER) or (not near and apart > AFTER + 5):
                return candidate
        return next((one for one in unpriced if near and may_cost_the_same(story, one)), None)

    def may_cost_the_same(story: Story, candidate: Story) -> bool:
        begun = clock.day_of(candidate.created_at) < p.closed_on(story)
        return begun and candidate.lead_id not in p.used

    def has_other(story: Story, *, near: bool) -> bool:
        return p.is_noted(story) and p.is_firms(story) and other(story, near=near) is not None

    for plant, near in (("inn_sum_two_deals", True), ("inn_sum_other_is_old", False)):
        for story in p.take(1, partial(has_other, near=near)):
            twin = other(story, near=near)
            if twin is None or twin.lead is None or story.firm is None:
                continue
            p.used.add(twin.lead_id)
            twin.prices[-1] = (twin.prices[-1][0], story.price)
            twin.lead.price = story.price
            twin.firm, twin.lead.company_id = story.firm, story.firm.id
            p.by_firm[story.firm.id].append(twin)
            p.book_on(p.at_once(story, plant), p.closed_on(story))


def _other_sum(p: Planter) -> None:
    """The firm pays a part and says nothing: somebody has to look."""
    for story in p.take(1, lambda s: p.is_noted(s) and p.is_firms(s)):
        booked = p.at_once(story, "inn_other_sum")
        p.pay(*booked, (story.price * Decimal("0.37")).quantize(KOPECK))


def _rest_by_another(p: Planter) -> None:
    """The firm begins to pay and somebody else pays the rest, to the kopeck or not quite."""
    for plant, missing in (("rest_by_another", ZERO), ("rest_but_a_kopeck", KOPECK)):
        for story in p.take(1, lambda s: p.is_paid(s) and p.is_firms(s) and _in_two(p, s)):
            document, row = p.of_deal[story.lead_id][1]
            p.set_payer((document, row), full_name(p.rng), "")
            p.pay(document, row, document.amount - missing)
            document.purpose = f"Оплата по счету № {story.invoice}. Без НДС"
            p.mark(document, plant)


def _in_two(p: Planter, story: Story) -> bool:
    days = [document.day for document, _ in p.of_deal[story.lead_id]]
    return len(days) == 2 and days[0] < days[1]


def _contacts_own(p: Planter) -> None:
    """A person whose own tax number stands on the contact."""
    for plant, is_told in (("contact_inn_sum", False), ("contact_inn_invoice", True)):
        for story in p.take(
            1, lambda s: p.is_paid(s) and p.is_persons(s) and s.contacts[0].is_listed
        ):
            number = inn(p.rng, 12)
            story.contacts[0].custom_fields.append(FieldValue(ids.C_INN, [{"value": number}]))
            if not is_told:
                booked = p.at_once(story, plant)
                p.book_on(booked, p.closed_on(story))
            for document, row in p.of_deal[story.lead_id]:
                p.set_payer((document, row), full_name(p.rng), number)
                p.mark(document, plant)


def _deal_numbers(p: Planter) -> None:
    """The deal's own number, as the CRM shows it; and an order that is nobody's."""
    for form in (
        "Оплата по сделке № {n}. Без НДС",
        "Оплата заказа №{n} (кухня), НДС не облагается",
    ):
        for story in p.take(2, lambda s: p.is_paid(s) and p.is_persons(s)):
            document, _ = p.at_once(story, "deal_number")
            document.purpose = form.format(n=story.lead_id)
    for story in p.take(1, lambda s: p.is_noted(s) and p.is_persons(s)):
        booked = p.at_once(story, "order_of_nobody")
        booked[0].purpose = f"Оплата по заказу № {p.rng.randint(100, 900)}. Без НДС"
        p.set_payer(booked, full_name(p.rng), "")


def _splits(p: Planter) -> None:
    """One movement for two or three invoices, and one whose sum is that of neither."""
    for plant, count, more in (
        ("split_two", 2, ZERO), ("split_three", 3, ZERO), ("split_other_sum", 2, Decimal(1500)),
    ):  # fmt: skip
        for _ in range(p.scale):
            stories = p.pick(count, lambda s: p.is_noted(s) and p.is_persons(s))
            if len(stories) < count:
                break
            booked = [p.at_once(story, plant) for story in stories]
            (document, row), *others = booked
            p.removed.update(id(other) for other, _ in others)
            p.pay(document, row, sum((story.price for story in stories), more))
            p.book_on((document, row), max(one.day for one, _ in booked))
            p.set_payer((document, row), full_name(p.rng), "")
            numbers = [str(story.invoice) for story in stories]
            listed = f"{', '.join(numbers[:-1])} и {numbers[-1]}"
            document.purpose = f"Оплата по счетам № {listed} за кухни. Без НДС"
            row["deal_id"] = None
            p.shares[id(document)] = {story.lead_id: story.price for story in stories}


def _names(p: Planter) -> None:
    """Nothing but the name and the sum, which proves nothing; and a namesake by first name."""

    def is_named(story: Story) -> bool:
        contact = story.contacts[0]
        return (
            p.is_noted(story)
            and p.is_persons(story)
            and contact.is_listed
            and len(contact.name.split()) == 2
        )

    for n, story in enumerate(p.take(2, is_named)):
        booked = p.at_once(story, "name_sum")
        name = story.contacts[0].name
        if n % 2:
            p.set_payer(booked, SBER[0].format(name=name.upper()), SBER[1])
        else:
            p.set_payer(booked, " ".join(reversed(name.split())), "")
    for story in p.take(1, is_named):
        surname, first = story.contacts[0].name.split()
        others = [name for name in SURNAMES if name[0] != surname[0]]
        ending = "а" if surname.endswith("а") else ""
        booked = p.at_once(story, "namesake")
        p.set_payer(booked, f"{p.rng.choice(others)}{ending} {first}", "")
    for story in p.take(1, lambda s: p.is_noted(s) and p.is_firms(s)):
        booked = p.at_once(story, "name_sum")
        p.set_payer(booked, booked[0].counterparty_name, "", booked[0].counterparty_account)


def _refunds(p: Planter) -> None:
    """Money goes back without a number, to who had sent it; and to one who had paid for two."""

    def parts(story: Story) -> tuple[list[Booked], list[Booked]]:
        rows = p.of_deal[story.lead_id]
        return [b for b in rows if b[0].incoming], [b for b in rows if not b[0].incoming]

    def gave_back(story: Story) -> bool:
        came, went = parts(story)
        return (
            len(went) == 1
            and bool(came)
            and went[0][0].counterparty_inn != SBER[1]
            and all(came[0][0].counterparty_account == b[0].counterparty_account for b in came)
            and max(b[0].day for b in came) < went[0][0].day
            and went[0][0].amount != story.price
        )

    def silence(story: Story, plant: str) -> None:
        document, _ = parts(story)[1][0]
        document.purpose = p.rng.choice(SILENT_REFUND_PURPOSES)
        p.mark(document, plant)

    for story in p.take(2, lambda s: gave_back(s) and p.is_firms(s)):
        silence(story, "refund_by_inn")
    for story in p.take(
        2, lambda s: gave_back(s) and s.firm is None and parts(s)[0][0][0].counterparty_inn != ""
    ):
        silence(story, "refund_by_inn")
    for story in p.take(
        2, lambda s: gave_back(s) and s.firm is None and parts(s)[0][0][0].counterparty_inn == ""
    ):
        silence(story, "refund_by_account")
    for story in p.take(1, lambda s: gave_back(s) and s.status == "won" and s.firm is None):
        back = parts(story)[1][0][0]

        def is_earlier(s: Story, back: BankDocument = back) -> bool:
            rows = p.of_deal[s.lead_id]
            return (
                p.is_paid(s)
                and p.is_persons(s)
                and max(b[0].day for b in rows) < back.day
                and s.price >= back.amount
            )

        for other in p.pick(1, is_earlier):
            for booked in p.of_deal[other.lead_id]:
                p.set_payer(
                    booked, back.counterparty_name, back.counterparty_inn,
                    back.counterparty_account,
                )  # fmt: skip
            silence(story, "refund_of_two_deals")


def _imported(p: Planter, status: str) -> list[Story]:
    return [
        story
        for story in p.ledger.world.stories
        if story.kind == "imported" and story.status == status and story.is_live
        and story.lead is not None and story.lead_id not in p.used
    ]  # fmt: skip


def _old_invoices(p: Planter) -> None:
    """An extra payment by the number of a deal that is a year old to the day, and a day older."""
    clock, number = p.ledger.world.clock, FIRST_OLD_INVOICE
    found = _imported(p, "won")
    p.rng.shuffle(found)
    for plant, more in (("invoice_of_a_year", 0), ("invoice_too_old", 1)):
        for _ in range(p.scale):
            for story in found:
                created = clock.day_of(story.created_at)
                day = date(created.year + 1, created.month, created.day) + timedelta(days=more)
                if (
                    story.lead_id in p.used
                    or story.lead is None
                    or story.price <= 0
                    or (created.month, created.day) == (2, 29)
                    or not p.is_in_period(day)
                ):
                    continue
                p.used.add(story.lead_id)
                amount = (story.price * Decimal("0.11")).quantize(KOPECK)
                party = (full_name(p.rng), "", account_number(p.rng, "40817810"))
                document = BankDocument(
                    str(p.rng.randint(1, 9999)), day, amount, True,
                    p.ledger.world.company.own_accounts[0], "Платежное поручение", *party,
                    f"Доплата по счету № {number} за фасады. Без НДС",
                )  # fmt: skip
                p.ledger.book(document, "customer_payment", story.lead_id)
                p.mark(document, plant)
                story.lead.custom_fields.append(FieldValue(ids.INVOICE, [{"value": str(number)}]))
                number += 1
                break


def _one_number_of_two(p: Planter) -> None:
    """A number that was typed into somebody else's card as well."""
    clock = p.ledger.world.clock
    mistaken = _imported(p, "lost")
    if not mistaken:
        return

    def may_mistake(story: Story, other: Story) -> bool:
        last = max(document.day for document, _ in p.of_deal[story.lead_id])
        is_young = (last - clock.day_of(other.created_at)).days < 300
        return other.lead is not None and other.lead_id not in p.used and is_young

    for story in p.take(
        1,
        lambda s: (
            p.is_noted(s)
            and p.is_persons(s)
            and all(document.amount != s.price for document, _ in p.of_deal[s.lead_id])
            and any(may_mistake(s, other) for other in mistaken)
        ),
    ):
        for other in mistaken:
            if other.lead is not None and may_mistake(story, other):
                p.used.add(other.lead_id)
                other.lead.custom_fields.append(
                    FieldValue(ids.INVOICE, [{"value": str(story.invoice)}])
                )
                for document, _ in p.of_deal[story.lead_id]:
                    p.mark(document, "one_number_of_two")
                break


def _wrong_number(p: Planter) -> None:
    """The payer took somebody else's number: every reader is misled, and rightly."""
    if p.ledger.world.company.spec.deals < 3000:
        return  # one in a few would be no share of the world
    for story in p.take(1, lambda s: p.is_noted(s) and p.is_persons(s)):
        for other in p.pick(1, lambda s: p.is_noted(s) and p.is_persons(s)):
            booked = p.at_once(story, "wrong_number")
            p.set_payer(booked, full_name(p.rng), "")
            if booked[0].amount == other.price:
                p.pay(*booked, booked[0].amount - 1)
            booked[0].purpose = f"Оплата по счету № {other.invoice}. Без НДС"
