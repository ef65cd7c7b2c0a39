"""Work that was done on deals, as every service that is on recorded it, each thing once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sandbox.model import Contact
from sandbox.simulation import calls
from sandbox.simulation.acquiring import online_sales
from sandbox.simulation.arrivals import digits
from sandbox.simulation.clock import Clock
from sandbox.simulation.crm_bills import INVOICES
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.crm_model import Crm, Note, TalkEvent
from sandbox.simulation.funnel_record import Deal, Record
from sandbox.simulation.structure import EMAIL, PHONE

MEETING = 2  # the CRM's own type of task
MESSAGES = {"incoming_chat_message": "in", "outgoing_chat_message": "out"}


@dataclass(frozen=True)
class Deed:
    """Something done about a deal; a contact has a direction, other work has none."""

    at: int
    direction: str | None = None
    is_document: bool = False

    @property
    def is_contact(self) -> bool:
        return self.direction is not None


class Deeds:
    """Evidence of work by deal, in order of time."""

    def __init__(self, record: Record, feeds: Iterable[str]) -> None:
        self.record, self.company, self.feeds = record, record.company, frozenset(feeds)
        self.clock = Clock(record.company.spec)
        self.of: dict[int, list[Deed]] = defaultdict(list)
        self.calls = {row["note_id"]: row for row in self._crm.truth.get("crm_calls", [])}
        for note in self._crm.notes:
            self._note(note)
        self._messages()
        self._papers()
        self._meetings()
        self._money()
        self._tracked()
        for deeds in self.of.values():
            deeds.sort(key=lambda deed: deed.at)

    @cached_property
    def _crm(self) -> Crm:
        return crm_of(self.company)

    @cached_property
    def by_contact(self) -> dict[int, list[Deal]]:
        found: dict[int, list[Deal]] = defaultdict(list)
        for deal in self.record.deals.values():
            for contact_id in deal.contact_ids:
                found[contact_id].append(deal)
        return found

    @cached_property
    def by_company(self) -> dict[int, list[Deal]]:
        found: dict[int, list[Deal]] = defaultdict(list)
        for deal in self.record.deals.values():
            if deal.company_id is not None:
                found[deal.company_id].append(deal)
        return found

    @cached_property
    def by_phone(self) -> dict[str, list[Deal]]:
        found: dict[str, list[Deal]] = defaultdict(list)
        for contact in self.company.contacts:
            if contact.is_listed:
                for phone in keys_of(contact):
                    found[phone] += self.by_contact[contact.id]
        return found

    def _put(
        self, deal_id: int | None, at: int, direction: str | None = None, *,
        is_document: bool = False,
    ) -> None:  # fmt: skip
        if deal_id in self.record.deals:
            self.of[deal_id or 0].append(Deed(at, direction, is_document))

    def _note(self, note: Note) -> None:
        at = note.created_at
        if note.id in self.calls:
            call = self.calls[note.id]
            if call["is_answered"]:
                self._put(self._owner(note, at), at, call["direction"])
        elif note.note_type == "amomail_message":
            self._put(self._owner(note, at), at, "in" if note.params["income"] else "out")
        elif note.note_type == "sms_out":
            self._put(self._owner(note, at), at, "out")
        elif note.note_type == "attachment":
            self._put(self._owner(note, at), at, is_document=True)

    def _owner(self, note: Note, at: int) -> int | None:
        if note.entity_type == "leads":
            return note.entity_id
        known = self.by_contact if note.entity_type == "contacts" else self.by_company
        return whose(known.get(note.entity_id, []), at)

    def _messages(self) -> None:
        """A message of a talk goes to the talk's deal, whatever its event says."""
        talks = {talk.id: talk.entity_id for talk in self._crm.talks if not talk.is_gone}
        for event in self._crm.events:
            if isinstance(event, TalkEvent):
                talk_id = event.value_after[0]["message"].get("talk_id")
                at, contact_id = event.created_at, event.linked_talk_contact_id or 0
                deal_id: int | None = event.entity_id
                if event.entity_type != "lead" and talk_id in talks:
                    deal_id = talks[talk_id]
                elif event.entity_type != "lead":
                    deal_id = whose(self.by_contact.get(contact_id, []), at)
                self._put(deal_id, at, MESSAGES[event.type])

    def _papers(self) -> None:
        for element in self._crm.elements:
            if element.catalog_id == INVOICES and not element.is_deleted:
                self._put(element.lead_id, element.created_at, is_document=True)

    def _meetings(self) -> None:
        for task in self.company.tasks:
            if task.entity_type == "leads" and task.is_completed and task.task_type_id == MEETING:
                self._put(task.entity_id, task.updated_at)

    def _money(self) -> None:
        """Customers' payments; what went back is no work."""
        for row in self.company.truth["payment_matches"]:
            if row["deal_id"] is not None and row["amount"] > 0:
                self._put(row["deal_id"], self.clock.midnight(row["booked_on"]))
        if "yookassa" in self.feeds:
            for payment in online_sales(self.company).payments:
                if payment.is_money and payment.deal_id is not None and payment.captured_at:
                    day = self.clock.day_of(int(payment.captured_at.timestamp()))
                    self._put(payment.deal_id, self.clock.midnight(day))

    def _tracked(self) -> None:
        """Calls that call tracking heard and the CRM did not note."""
        journal = calls.listen(self.company)
        noted = {note.params["uniq"] for note in self._crm.notes if note.id in self.calls}
        heard = journal.calltouch if "calltouch" in self.feeds else []
        heard = [*heard, *(journal.uis if "uis" in self.feeds else [])]
        for call in heard:
            if call.kind == "call" and not call.is_lost and str(call.id) not in noted:
                deals = self.by_phone.get(f"phone {digits(call.phone)}", [])
                self._put(whose(deals, call.at), call.at, call.direction)


def keys_of(contact: Contact) -> set[str]:
    """What a contact can be recognised by: numbers and addresses, spelled one way."""
    found = set()
    for filled in contact.custom_fields:
        for value in filled.values:
            if filled.field_id == PHONE:
                found.add(f"phone {digits(str(value['value']))}")
            elif filled.field_id == EMAIL:
                found.add(f"email {str(value['value']).strip().lower()}")
    return found


def whose(deals: list[Deal], at: int) -> int | None:
    """Of several deals the one open then, else the one created last before."""
    known = [deal for deal in deals if deal.created_at <= at]
    open_then = [deal for deal in known if deal.is_open(at)]
    chosen = max(open_then or known, key=lambda d: (d.created_at, d.id), default=None)
    return chosen.id if chosen else None
