"""What every part of the CRM's simulation needs: numbers, moments, and who was responsible."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from sandbox.model import Company, CompanyCard, Contact, Event, Lead
from sandbox.simulation import calls
from sandbox.simulation.cards import IMPORTED
from sandbox.simulation.clock import Clock
from sandbox.simulation.crm_model import Crm
from sandbox.simulation.world import event_id

FIRST_ID = 50_000_000  # above every id of the cards


@dataclass
class Desk:
    """One company's cards, and the records that are being written about them."""

    company: Company
    crm: Crm = field(default_factory=Crm)
    _last_id: int = FIRST_ID

    def __post_init__(self) -> None:
        self.now = int(self.company.spec.as_of.timestamp())
        self.clock = Clock(self.company.spec)
        self.contacts: dict[int, Contact] = {c.id: c for c in self.company.contacts}
        self.firms: dict[int, CompanyCard] = {c.id: c for c in self.company.companies}
        # what call tracking saw of each deal: the CRM got its calls and forms from there
        self.tracked: dict[int, list[calls.Contact]] = defaultdict(list)
        journal = calls.listen(self.company)
        for contact in (*journal.calltouch, *journal.uis):
            if contact.deal_id is not None:
                self.tracked[contact.deal_id].append(contact)
        self.history: dict[int, list[Event]] = defaultdict(list)
        for event in self.company.events:
            self.history[event.entity_id].append(event)

    def stream(self, area: str) -> Random:
        """A generator of its own for each part, so that a change in one leaves the others be."""
        return Random(f"{self.company.spec.seed}:crm:{area}")

    def next_id(self, rng: Random) -> int:
        self._last_id += rng.randint(1, 9)
        return self._last_id

    @cached_property
    def leads(self) -> list[Lead]:
        """Deals that the CRM saw live: neither imported nor purged."""
        return [
            lead for lead in self.company.leads if not lead.is_purged and IMPORTED not in lead.tags
        ]

    def added_at(self, lead: Lead) -> int:
        """When the card appeared; a backdated card is older by its own account."""
        return self._moment(lead, "lead_added") or lead.created_at

    def ended_at(self, lead: Lead) -> int:
        """Until when somebody works on the deal."""
        deleted = self._moment(lead, "lead_deleted") if lead.is_deleted else None
        return min(deleted or self.now, lead.closed_at or self.now, self.now)

    def _moment(self, lead: Lead, kind: str) -> int | None:
        return next((e.created_at for e in self.history[lead.id] if e.type == kind), None)

    def responsible_at(self, lead: Lead, at: int) -> int:
        """The user responsible for the deal at a moment."""
        user = lead.responsible_user_id
        for event in reversed(self.history[lead.id]):
            if event.type == "entity_responsible_changed" and event.created_at > at:
                user = event.value_before[0]["responsible_user"]["id"]
        return user

    def tell(
        self, rng: Random, kind: str, entity: tuple[str, int], at: int, by: int,
        after: list[dict[str, Any]] | None = None, before: list[dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        """Write one event; ``entity`` is (lead | contact | company | task, id)."""
        self.crm.events.append(
            Event(event_id(rng, at), kind, entity[1], entity[0], by, at, after or [], before or [])
        )
