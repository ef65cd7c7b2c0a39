"""Notes that are no calls: remarks, letters, text messages, what integrations write."""

from random import Random
from typing import Any

from sandbox.model import FieldValue, Lead
from sandbox.simulation.clock import HOUR
from sandbox.simulation.crm_desk import Desk
from sandbox.simulation.crm_model import Note
from sandbox.simulation.crm_words import NOTES, SMS, SUBJECTS

MAILBOX = {"email": "zakaz@svetlye-kuhni.example", "name": "Светлые кухни"}
TOLD = {
    "common": "common_note_added",
    "sms_out": "outgoing_sms",
    "attachment": "attachment_note_added",
    "extended_service_message": "service_note_added",
}  # letters leave no event in this account


def make_letters(desk: Desk) -> None:
    """Write remarks, letters and messages of live deals."""
    rng = desk.stream("letters")
    for lead in desk.leads:
        added, ended = desk.added_at(lead), desk.ended_at(lead)
        for kind, share in (
            ("common", 0.3), ("amomail_message", 0.2), ("sms_out", 0.1), ("attachment", 0.05),
            ("extended_service_message", 0.05),
        ):  # fmt: skip
            if rng.random() < share:
                at = min(added + int(rng.random() * max(ended - added, HOUR)), desk.now)
                write_letter(desk, rng, lead, kind, at)


def write_letter(
    desk: Desk, rng: Random, lead: Lead, kind: str, at: int, *, is_incoming: bool | None = None
) -> None:
    """Write one note; whose letter it is, is chance unless ``is_incoming`` says so."""
    user = desk.responsible_at(lead, at)
    contact = desk.contacts[lead.contact_ids[0]] if lead.contact_ids else None
    params = _PARAMS[kind](rng, contact.custom_fields if contact else [])
    if is_incoming is not None and "income" in params and params["income"] != is_incoming:
        params |= {"income": is_incoming, "from": params["to"], "to": params["from"]}
    note = Note(
        desk.next_id(rng), "leads", lead.id, kind, 0 if kind.startswith("ext") else user, user,
        at, at, params,
    )  # fmt: skip
    desk.crm.notes.append(note)
    if kind in TOLD:
        after = [{"note": {"id": note.id}}]
        desk.tell(rng, TOLD[kind], ("lead", lead.id), at, note.created_by, after)


def _remark(rng: Random, _: list[FieldValue]) -> Any:
    return {"text": rng.choice(NOTES)}


def _letter(rng: Random, fields: list[FieldValue]) -> Any:
    mails = [v["value"] for f in fields for v in f.values if "@" in str(v.get("value"))]
    theirs = {"email": mails[0] if mails else "client@mail.example", "name": ""}
    income = rng.random() < 0.5
    return {
        "thread_id": str(rng.randrange(10**6)),  # numbers as strings
        "message_id": str(rng.randrange(10**7)),
        "private": False,
        "income": income,
        "from": theirs if income else MAILBOX,
        "to": MAILBOX if income else theirs,
        "version": 2,
        "subject": rng.choice(SUBJECTS),
        "access_granted": "",
        "content_summary": rng.choice(NOTES),
        "attach_cnt": rng.choice((0, 0, 1)),
        "delivery": {"status": "delivered", "time": 0, "reason": ""},
    }


def _sms(rng: Random, fields: list[FieldValue]) -> Any:
    return {"text": rng.choice(SMS), "phone": fields[0].values[0]["value"] if fields else ""}


def _file(rng: Random, _: list[FieldValue]) -> Any:
    name = f"proekt_{rng.randrange(100)}.pdf"
    return {"file_uuid": f"{rng.getrandbits(64):016x}", "file_name": name, "original_name": name}


def _service(rng: Random, _: list[FieldValue]) -> Any:
    if rng.random() < 0.3:
        return []  # nothing to say is an empty array, as PHP has it
    return {"service": "Сайт", "text": "Клиент открыл расчёт"}


_PARAMS = {
    "common": _remark,
    "amomail_message": _letter,
    "sms_out": _sms,
    "attachment": _file,
    "extended_service_message": _service,
}
