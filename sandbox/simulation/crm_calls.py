"""Calls as telephony writes them into the CRM: a note on the deal, its contact or its company.

Calls that call tracking saw are the same calls here, under the same number; managers' own
telephones add some that it never saw.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.model import Lead
from sandbox.simulation.calls import Contact
from sandbox.simulation.clock import DAY, HOUR, utc
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_model import Note
from sandbox.simulation.crm_words import CALL_RESULTS

EVENT_OF = {"leads": "lead", "contacts": "contact", "companies": "company"}
ON_CONTACT, ON_COMPANY = 0.3, 0.08
ANSWERED = 0.72
# amoCRM's call_status: 1 left a message, 2 call back, 3 absent, 4 talked, 5 wrong number,
# 6 no answer, 7 busy, 8 undefined
TALKED, NOT_TALKED = 4, (6, 6, 3, 7)
PHONE_ENUMS = frozenset({"WORK", "MOB", "HOME", "OTHER"})


@dataclass(frozen=True)
class Call:
    at: int  # when the note was written: the call is over, the card is there
    uniq: str
    source: str
    phone: str
    is_incoming: bool
    seconds: int  # a voicemail's, where nobody talked
    is_answered: bool


def make_calls(desk: Desk) -> None:
    """Write the calls of every live deal, and the truth table ``crm_calls``."""
    rng = desk.stream("calls")
    desk.crm.truth["crm_calls"] = []
    for lead in desk.leads:
        latest = desk.ended_at(lead) if lead.is_deleted else desk.now
        tracked = [contact for contact in desk.tracked[lead.id] if contact.kind == "call"]
        calls = [_tracked(desk, lead, contact) for contact in tracked] or _own(desk, rng, lead)
        for call in sorted(calls, key=lambda call: call.at):
            if call.at <= latest:
                _write(desk, rng, lead, call)


def _tracked(desk: Desk, lead: Lead, seen: Contact) -> Call:
    ended = max(seen.at + seen.wait + seen.talk, desk.added_at(lead))
    is_incoming = seen.direction == "in"
    return Call(
        ended, str(seen.id), seen.trunk, seen.phone, is_incoming, seen.talk, not seen.is_lost
    )


def _own(desk: Desk, rng: Random, lead: Lead) -> list[Call]:
    """Calls from managers' mobile telephones."""
    phone = _phone(desk, lead)
    if phone is None:
        return []
    added, ended = desk.added_at(lead), desk.ended_at(lead)
    calls = []
    for _ in range(rng.choices((0, 1, 2, 4), weights=(45, 30, 18, 7))[0]):
        at = added + int(rng.random() ** 2 * max(ended - added, HOUR)) + rng.randint(60, 1800)
        answered = rng.random() < ANSWERED
        talked = max(8, int(rng.lognormvariate(4.6, 0.9)))
        seconds = talked if answered else rng.choice((0, 0, 0, rng.randint(5, 57)))
        uniq = f"{rng.getrandbits(128):032x}"
        calls.append(
            Call(at, uniq, "mobile", phone, rng.random() < 0.25, seconds, answered)
        )  # fmt: skip
    return calls


def _write(desk: Desk, rng: Random, lead: Lead, call: Call) -> None:
    user = desk.responsible_at(lead, call.at)
    entity_type, entity_id = _bearer(desk, rng, lead)
    note = Note(
        desk.next_id(rng), entity_type, entity_id, "call_in" if call.is_incoming else "call_out",
        created_by=0 if rng.random() < 0.7 else user,  # mostly telephony itself
        # a recorded answer had the account's own number here
        responsible_user_id=user if rng.random() > 0.01 else desk.company.spec.account_id,
        created_at=call.at, updated_at=call.at, params=_params(rng, call, user),
    )  # fmt: skip
    if rng.random() < 0.1:  # the manager wrote down the result later
        note.updated_at = min(call.at + rng.randint(60, 3 * DAY), desk.now)
    desk.crm.notes.append(note)
    told = "incoming_call" if call.is_incoming else "outgoing_call"
    entity = (EVENT_OF[entity_type], entity_id)
    desk.tell(rng, told, entity, call.at, note.created_by, [{"note": {"id": note.id}}])
    desk.crm.truth["crm_calls"].append(
        {
            "note_id": note.id,
            "entity_type": entity_type,
            "entity_id": entity_id,
            "deal_id": lead.id,
            "direction": "in" if call.is_incoming else "out",
            "called_at": utc(call.at),
            "duration_seconds": call.seconds,
            "is_answered": call.is_answered,
            "phone": _digits(call.phone),
        }
    )


def _bearer(desk: Desk, rng: Random, lead: Lead) -> tuple[str, int]:
    """The card that telephony found by the number."""
    contact = desk.contacts[lead.contact_ids[0]]
    chance = rng.random()
    if lead.company_id is not None and chance < ON_COMPANY:
        return "companies", lead.company_id
    if contact.is_listed and chance < ON_COMPANY + ON_CONTACT:
        return "contacts", contact.id
    return "leads", lead.id


def _params(rng: Random, call: Call, user: int) -> dict[str, Any]:
    """The note's params; a voicemail lasts and is no talk, and spellings of numbers differ."""
    status = TALKED if call.is_answered else rng.choice(NOT_TALKED)
    digits, seconds = _digits(call.phone), call.seconds
    params: dict[str, Any] = {
        "uniq": call.uniq,
        "duration": str(seconds) if rng.random() < 0.1 else seconds,
        "source": call.source,
        "link": f"https://records.example/{rng.getrandbits(48):012x}.mp3" if seconds else None,
        "phone": rng.choice((call.phone, digits, f"+{digits}", int(digits))),
        "call_result": rng.choice(CALL_RESULTS) if call.is_answered and rng.random() < 0.4 else "",
        "call_responsible": rng.choice((user, user, str(user), "Оператор 101")),
    }
    # not every telephony tells it: then only the length speaks, and a voicemail would lie
    if rng.random() < 0.95 or (seconds and not call.is_answered):
        params["call_status"] = status if rng.random() < 0.9 else str(status)
    return params


def _phone(desk: Desk, lead: Lead) -> str | None:
    """The first phone of the deal's main contact, as it stands on the card."""
    for filled in desk.contacts[lead.contact_ids[0]].custom_fields if lead.contact_ids else []:
        value = filled.values[0]
        if value.get("enum_code") in PHONE_ENUMS and "@" not in str(value["value"]):
            return str(value["value"])
    return None


def _digits(phone: str) -> str:
    return "7" + "".join(filter(str.isdigit, phone))[-10:]
