"""Incoming inquiries: those still unsorted, and those that left the list when a deal moved on."""

from random import Random
from typing import Any

from sandbox.model import Contact, Lead
from sandbox.simulation.calls import CALL_NAMES
from sandbox.simulation.calls import Contact as Tracked
from sandbox.simulation.clock import utc
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_model import Inquiry
from sandbox.simulation.crm_words import FORMS, MESSAGES, PAGES, SITE, SUBJECTS

CHATS = {"WhatsApp": "com.amocrm.amocrmwa", "Telegram-чат": "telegram"}


def make_inquiries(desk: Desk) -> None:
    """Write an inquiry for every deal that began unsorted, and the truth ``crm_unsorted``."""
    rng = desk.stream("inbox")
    unsorted = {
        (p.id, s.id) for p in desk.company.pipelines for s in p.statuses if s.type == 1
    }  # fmt: skip
    desk.crm.truth["crm_unsorted"] = []
    for lead in desk.leads:
        first, left_at = _first_stage(desk, lead)
        if first in unsorted:
            inquiry = _inquiry(desk, rng, lead, first[0], left_at)
            desk.crm.inquiries.append(inquiry)
            desk.crm.truth["crm_unsorted"].append(
                {
                    "uid": inquiry.uid,
                    "category": inquiry.category,
                    "deal_id": lead.id,
                    "created_at": utc(inquiry.created_at),
                    "left_at": None if left_at is None else utc(left_at),
                    "form_page": inquiry.metadata.get("form_page"),
                }
            )


def _first_stage(desk: Desk, lead: Lead) -> tuple[tuple[int, int], int | None]:
    """Where the deal began, and when it left that stage or was declined (deleted)."""
    changes = desk.history[lead.id]
    moves = sorted(
        (e for e in changes if e.type == "lead_status_changed"), key=lambda e: e.created_at
    )
    deleted = [e.created_at for e in changes if e.type == "lead_deleted"]
    if not moves:
        left = deleted[-1] if lead.is_deleted and deleted else None
        return (lead.pipeline_id, lead.status_id), left
    # of several moves in one second the first is the one into whose start nobody moved
    second = [e for e in moves if e.created_at == moves[0].created_at]
    afters = {_stage(e.value_after) for e in second}
    first = next((s for e in second if (s := _stage(e.value_before)) not in afters), None)
    return first or _stage(moves[0].value_before), moves[0].created_at


def _stage(value: list[dict[str, Any]]) -> tuple[int, int]:
    status = value[0]["lead_status"]
    return status["pipeline_id"], status["id"]


def _inquiry(desk: Desk, rng: Random, lead: Lead, pipeline_id: int, left_at: int | None) -> Inquiry:
    at = desk.added_at(lead)
    contact = desk.contacts[lead.contact_ids[0]]
    seen = next(iter(desk.tracked[lead.id]), None)
    if lead.source_name in CALL_NAMES:
        category, service, metadata = "sip", "mango", _sip(rng, contact, at, seen)
    elif lead.source_name in CHATS:
        origin = CHATS[lead.source_name]
        category, service, metadata = "chats", origin, _chat(rng, contact, at, origin)
    elif seen is None and rng.random() < 0.3:
        category, service, metadata = "mail", "mail", _mail(rng, contact, at)
    else:
        category, service, metadata = "forms", "site", _form(desk, rng, lead, at, seen)
    return Inquiry(
        f"{rng.getrandbits(160):040x}", category, pipeline_id, at, metadata, lead.id, contact.id,
        source_uid=service if rng.random() < 0.8 else None, source_name=lead.source_name,
        left_at=left_at,
    )  # fmt: skip


def _form(desk: Desk, rng: Random, lead: Lead, at: int, seen: Tracked | None) -> dict[str, Any]:
    """The page carries the tags of the link that was followed; a page of no link has none."""
    names = {f.id: f.name for f in desk.company.custom_fields if f.type == "tracking_data"}
    tags = {
        names[f.field_id]: f.values[0]["value"]
        for f in lead.custom_fields
        if names.get(f.field_id, "").startswith("utm_")
    }
    query = "&".join(f"{name}={value}" for name, value in tags.items())
    form_id, form_name = rng.choice(FORMS)
    if seen is not None and seen.kind == "form":
        form_name = seen.subject
    session = seen.session if seen is not None else None
    return {
        "form_id": form_id,
        "form_name": form_name,
        "form_page": SITE + rng.choice(PAGES) + (f"?{query}" if query else ""),
        "ip": f"203.0.113.{rng.randrange(1, 255)}",
        "form_sent_at": str(at) if rng.random() < 0.3 else at,
        "referer": session.referrer if session is not None else "",
        "visitor_uid": f"{rng.getrandbits(64):016x}" if rng.random() < 0.7 else None,
    }


def _sip(rng: Random, contact: Contact, at: int, seen: Tracked | None) -> dict[str, Any]:
    phone = str(contact.custom_fields[0].values[0]["value"])
    digits = "7" + "".join(filter(str.isdigit, phone))[-10:]
    talked = seen.talk if seen is not None else rng.choice((0, rng.randint(10, 400)))
    return {
        "from": phone,
        "phone": rng.choice((int(digits), digits, f"+{digits}")),
        "called_at": seen.at if seen is not None else at,
        "duration": str(talked) if rng.random() < 0.3 else talked,
        "link": f"https://records.example/{rng.getrandbits(48):012x}.mp3",
        "service_code": "mango",
        "call_responsible": "",
        "uniq": str(seen.id) if seen is not None else f"{rng.getrandbits(128):032x}",
    }


def _chat(rng: Random, contact: Contact, at: int, origin: str) -> dict[str, Any]:
    return {
        "from": contact.name,
        "to": "Светлые кухни",
        "received_at": at,
        "service": origin,
        "client": {"name": contact.name, "avatar": ""},
        "origin": {
            "chat_id": f"{rng.getrandbits(128):032x}",
            "ref": "",
            "visitor_uid": f"{rng.getrandbits(64):016x}" if rng.random() < 0.3 else "",
        },
        "last_message_text": rng.choice(MESSAGES),
        "source_name": origin,
    }


def _mail(rng: Random, contact: Contact, at: int) -> dict[str, Any]:
    return {
        "from": {"email": f"client{contact.id}@mail.example", "name": contact.name},
        "received_at": at,
        "subject": rng.choice(SUBJECTS),
        "thread_id": rng.randrange(10**6),
        "message_id": str(rng.randrange(10**7)),
        "content_summary": rng.choice(MESSAGES),
    }
