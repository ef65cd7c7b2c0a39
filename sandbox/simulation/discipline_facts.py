"""What the rules of discipline ask about deals: money, prices, tasks, persons, by all feeds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sandbox.model import Company, Task
from sandbox.simulation import source_truth
from sandbox.simulation.acquiring import online_sales
from sandbox.simulation.clock import DAY, Clock
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.foreign_account import foreign_movements
from sandbox.simulation.funnel_activities import Deeds
from sandbox.simulation.funnel_clocks import Postponed, WorkingTime, postponements
from sandbox.simulation.funnel_people import Persons, chains, root
from sandbox.simulation.funnel_record import Deal, Record
from sandbox.simulation.payment_matches import Matcher
from sandbox.simulation.world import ZERO, Receipt

MONEY_FEEDS = frozenset({"bank_1c", "bank_swift", "tbank", "tochka", "yookassa"})
RECENT = 90 * DAY


@dataclass(frozen=True)
class PriceChange:
    """The budget on a card was changed; ids tell the order of one second."""

    at: int
    id: str
    before: Decimal
    after: Decimal


class Facts:
    """One company as a careful reader of the feeds that are on knows it."""

    def __init__(self, company: Company, feeds: Iterable[str]) -> None:
        self.company, self.feeds = company, frozenset(feeds)
        self.clock = Clock(company.spec)
        self.now, self.today = self.clock.now, self.clock.last_day
        self.record = Record(company)
        self.deeds = Deeds(self.record, self.feeds)
        self.persons = Persons(self.record)
        self.working_time = WorkingTime(self.clock)
        self.has_money = bool(self.feeds & MONEY_FEEDS)

    @property
    def deals(self) -> Iterable[Deal]:
        """Deals that are not in the basket."""
        return self.record.deals.values()

    def is_recent(self, at: int) -> bool:
        return at > self.now - RECENT

    def closed_on(self, deal: Deal) -> date:
        """The day of the closing that holds; of closed deals only."""
        if deal.closed_at is None:
            raise ValueError(f"deal {deal.id} is open")
        return self.clock.day_of(deal.closed_at)

    # -- sales ------------------------------------------------------------------------------------

    @cached_property
    def parents(self) -> dict[int, int]:
        """Child -> the deal that it continues."""
        return {child: parent for child, (parent, _) in self._chains.items()}

    @cached_property
    def _chains(self) -> dict[int, tuple[int, int]]:
        return chains(self.record)

    def root(self, deal: Deal) -> Deal:
        return self.record.deals[root(self._chains, deal.id)]

    @cached_property
    def sales(self) -> dict[int, list[Deal]]:
        """The first deal's id -> all deals of the sale, the last one last."""
        found: dict[int, list[Deal]] = defaultdict(list)
        for deal in sorted(self.deals, key=lambda deal: (deal.created_at, deal.id)):
            found[self.root(deal).id].append(deal)
        return found

    # -- money ------------------------------------------------------------------------------------

    @cached_property
    def receipts(self) -> dict[int, list[Receipt]]:
        """Deal -> what the rules bring to it, refunds included."""
        found: dict[int, list[Receipt]] = defaultdict(list)
        accounts = self._accounts
        rows = self.company.truth["payments"]
        seen = [
            (document, str(row["payment_class"]))
            for document, row in zip(self.company.bank, rows, strict=True)
            if document.own_account in accounts
        ]
        for claim in Matcher(self.company, seen).match():
            for deal_id, amount in claim.shares.items():
                found[deal_id].append(Receipt(claim.document.day, amount))
        if "yookassa" in self.feeds:
            sales = online_sales(self.company)
            for payment in sales.payments:
                if payment.is_money and payment.deal_id is not None and payment.captured_at:
                    day = self.clock.day_of(int(payment.captured_at.timestamp()))
                    found[payment.deal_id].append(Receipt(day, payment.amount))
            for refund in sales.refunds:
                if refund.payment.deal_id is not None:
                    day = self.clock.day_of(int(refund.created_at.timestamp()))
                    found[refund.payment.deal_id].append(Receipt(day, -refund.amount))
        return found

    @property
    def _accounts(self) -> set[str]:
        """Own accounts whose movements are told; a bank's own service has one of them."""
        if "bank_1c" in self.feeds:
            return set(self.company.own_accounts)
        services = zip(("tbank", "tochka"), self.company.own_accounts, strict=True)
        return {account for service, account in services if service in self.feeds}

    @cached_property
    def first_movement_on(self) -> date:
        """Since when money is told of at all."""
        days = [d.day for d in self.company.bank if d.own_account in self._accounts]
        if "bank_swift" in self.feeds:
            days += [movement.day for movement in foreign_movements(self.company)]
        if self.feeds & {"yookassa", "tbank"}:
            sales = online_sales(self.company)
            if "tbank" in self.feeds:
                days += [document.day for document in sales.settlements]
            if "yookassa" in self.feeds:
                moments = [p.captured_at for p in sales.payments if p.is_money and p.captured_at]
                days += [self.clock.day_of(int(moment.timestamp())) for moment in moments]
        return min(days, default=date.max)

    def net(self, deal: Deal) -> Decimal:
        """Payments less refunds."""
        return sum((receipt.amount for receipt in self.receipts.get(deal.id, ())), ZERO)

    def paid_days(self, deal: Deal) -> list[date]:
        return sorted(r.day for r in self.receipts.get(deal.id, ()) if r.amount > 0)

    def sale_paid(self, deal: Deal) -> Decimal:
        return sum((self.net(one) for one in self.sales[self.root(deal).id]), ZERO)

    @cached_property
    def price_changes(self) -> dict[int, list[PriceChange]]:
        found: dict[int, list[PriceChange]] = defaultdict(list)
        for event in self.company.events:
            if event.type == "sale_field_changed":
                before, after = (
                    Decimal(str(value[0]["sale_field_value"]["sale_with_minor_units"]))
                    for value in (event.value_before, event.value_after)
                )
                found[event.entity_id].append(
                    PriceChange(event.created_at, event.id, before, after)
                )
        for changes in found.values():
            changes.sort(key=lambda change: (change.at, change.id))
        return found

    # -- the rest of the card ---------------------------------------------------------------------

    @cached_property
    def open_tasks(self) -> dict[int, list[Task]]:
        found: dict[int, list[Task]] = defaultdict(list)
        for task in self.company.tasks:
            if task.entity_type == "leads" and not task.is_completed:
                found[task.entity_id].append(task)
        return found

    def has_task_ahead(self, deal: Deal) -> bool:
        return any(task.complete_till >= self.now for task in self.open_tasks.get(deal.id, ()))

    @cached_property
    def postponed(self) -> list[Postponed]:
        rows = crm_of(self.company).truth.get("crm_task_deadlines", [])
        return postponements(self.record, rows)

    @cached_property
    def sources(self) -> dict[int, dict[str, Any]]:
        """Rows of the truth table ``deal_sources`` by deal."""
        table = source_truth.truth(self.company, set(self.feeds))["deal_sources"]
        return {row["deal_id"]: row for row in table.to_pylist()}

    def responsible(self, deal: Deal) -> int:
        return deal.story.responsibles[-1][1]
