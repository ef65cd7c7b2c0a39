"""Every record of somebody getting in touch, with what it was to the company; by definition."""

from dataclasses import dataclass
from typing import Any

from sandbox.simulation import calls
from sandbox.simulation.arrivals import digits
from sandbox.simulation.clock import utc
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.funnel_people import Persons, class_at, class_of
from sandbox.simulation.funnel_record import Record

Rows = list[dict[str, Any]]


def inquiries(record: Record, feeds: frozenset[str]) -> Rows:
    """Deals' creations and every record of somebody getting in touch, each with its class."""
    persons = Persons(record)
    journal = calls.listen(record.company)
    heard = [
        (service, contact)
        for service, contacts in (("calltouch", journal.calltouch), ("uis", journal.uis))
        for contact in contacts
        if service in feeds
    ]
    crm_calls = noted(record, persons)
    tracked = {str(contact.id) for _, contact in heard}
    of_call = {call.uniq: call.person for call in crm_calls if call.person is not None}
    rows = [
        _row("deals", deal.id, deal.id, "deal", class_of(persons, deal), deal.created_at)
        for deal in record.deals.values()
    ]
    for call in crm_calls:
        found = class_at(persons, call.person, call.at)
        row = _row("calls", call.note_id, call.deal_id, "call", found, call.at, call.direction)
        rows.append(row | {"is_first_hand": call.uniq not in tracked})
    for service, contact in heard:
        if contact.kind != "chat":  # of a chat nobody knows who wrote
            person = persons.known_by(f"phone {digits(contact.phone)}")
            person = of_call.get(str(contact.id)) if person is None else person
            found = class_at(persons, person, contact.at)
            rows.append(
                _row(service, contact.id, contact.deal_id, contact.kind, found, contact.at,
                     contact.direction)
            )  # fmt: skip
    for inquiry in crm_of(record.company).inquiries:
        if inquiry.left_at is not None:
            continue  # the list shows only those that wait
        person = None if inquiry.contact_id is None else persons.of(inquiry.contact_id)
        at = inquiry.created_at
        found = class_at(persons, person, at)
        rows.append(_row("unsorted", inquiry.uid, inquiry.lead_id, inquiry.category, found, at))
        rows[-1]["is_first_hand"] = None
    return rows


@dataclass(frozen=True)
class Noted:
    """A call that the CRM noted, and the person it can be known to be of."""

    note_id: int
    uniq: str
    deal_id: int
    direction: str
    at: int
    person: int | None
    named: int | None  # the deal whose card has the note
    phone: str  # eleven digits


def noted(record: Record, persons: Persons) -> list[Noted]:
    """Calls as telephony wrote them into the CRM."""
    crm = crm_of(record.company)
    uniq = {n.id: str(n.params["uniq"]) for n in crm.notes if n.note_type.startswith("call_")}
    found = []
    for row in crm.truth.get("crm_calls", []):
        person = persons.known_by(f"phone {row['phone'][1:]}")
        if person is None and row["entity_type"] == "contacts":
            person = persons.of(row["entity_id"])
        elif person is None and row["entity_type"] == "leads":
            deal = record.deals.get(row["entity_id"])
            person = persons.of(deal.contact_ids[0]) if deal and deal.contact_ids else None
        at = int(row["called_at"].timestamp())
        note_id = row["note_id"]
        named = row["entity_id"] if row["entity_type"] == "leads" else None
        found.append(
            Noted(
                note_id, uniq[note_id], row["deal_id"], row["direction"], at, person, named,
                row["phone"],
            )
        )  # fmt: skip
    return found


def _row(
    system: str, record_id: object, deal_id: int | None, kind: str, found: str, at: int,
    direction: str = "in",
) -> dict[str, Any]:  # fmt: skip
    return {
        "system": system,
        "record_id": str(record_id),
        "deal_id": deal_id,
        "kind": kind,
        "direction": direction,
        "inquiry_class": found,
        "is_first_hand": True,
        "occurred_at": utc(at),
    }
