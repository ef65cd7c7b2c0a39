"""Contacts whom nobody can reach, and those that are on two cards."""

from collections import Counter

from sandbox.simulation.discipline_told import Told
from sandbox.simulation.funnel_activities import keys_of
from sandbox.simulation.funnel_record import Deal, Record
from sandbox.simulation.structure import EMAIL, PHONE

EVERYBODYS = 10  # a number on more cards than that is a switchboard's


def contact_breaches(told: Told, record: Record) -> None:
    """Contacts of live deals; one whose card nobody ever saw cannot be judged."""
    told.speak_of("contact", "contact_unreachable", "contact_duplicate")
    listed = [contact for contact in record.company.contacts if contact.is_listed]
    cards = Counter(key for contact in listed for key in keys_of(contact))
    latest: dict[int, Deal] = {}
    for deal in sorted(record.deals.values(), key=lambda d: (d.created_at, d.id)):
        latest |= dict.fromkeys(deal.contact_ids, deal)
    taken: set[str] = set()
    for contact in sorted(listed, key=lambda c: c.id):
        if contact.id not in latest:
            continue
        deal_id = latest[contact.id].id
        written = [
            str(value["value"]).strip()
            for filled in contact.custom_fields
            if filled.field_id in (PHONE, EMAIL)
            for value in filled.values
        ]
        if not any(written):
            told.breach("contact_unreachable", contact.id, deal_id)
        keys = {key for key in keys_of(contact) if _names_somebody(key)}
        keys = {key for key in keys if cards[key] <= EVERYBODYS}
        if keys & taken:
            told.breach("contact_duplicate", contact.id, deal_id)
        taken |= keys


def _names_somebody(key: str) -> bool:
    kind, _, value = key.partition(" ")
    return len(value) == 10 if kind == "phone" else "@" in value
