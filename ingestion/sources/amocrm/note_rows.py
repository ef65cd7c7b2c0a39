"""Notes to rows: calls, letters and text messages in typed columns, every other type as JSON."""

from typing import Any

from ingestion.columns import Row
from ingestion.sources.amocrm.arrow_rows import json_text
from ingestion.sources.amocrm.fields import Fields, Item
from ingestion.sources.amocrm.loose import Loose

CALLS = frozenset({"call_in", "call_out"})
LETTERS = frozenset({"amomail_message"})
MESSAGES = frozenset({"sms_in", "sms_out"})
OWN_KEYS = frozenset({"params", "_links", "_embedded"})  # not repeated in raw_json


def note_row(item: Item, account_id: int, entity_type: str) -> Row:
    """One row of ``notes``; ``entity_type`` is leads, contacts, companies or customers.

    ``params`` are written by telephony and other programs, hence read loosely.

    Raises:
        SourceFormatError: no id, or a number of amoCRM's own that is none.
    """
    note = Fields(item, f"note of {entity_type}")
    kind = note.text("note_type")
    params = Loose(note.item.get("params"))
    row: Row = {
        "account_id": account_id,
        "entity_type": entity_type,
        "note_id": note.required_integer("id"),
        "entity_id": note.integer("entity_id"),
        "note_type": kind,
        "created_by": note.integer("created_by"),
        "updated_by": note.integer("updated_by"),
        "responsible_user_id": note.integer("responsible_user_id"),
        "group_id": note.integer("group_id"),
        "created_at": note.moment("created_at"),
        "updated_at": note.moment("updated_at"),
        "is_pinned": note.flag("is_pinned"),
        "text": params.text("text"),
        **(_call(params) if kind in CALLS else dict.fromkeys(_NO_CALL)),
        **(_letter(params) if kind in LETTERS else dict.fromkeys(_NO_LETTER)),
    }
    if kind in MESSAGES:
        row["phone"] = params.text("phone")
    row["unread"] = params.unread
    row["params"] = json_text(note.item.get("params") or {})
    row["raw_json"] = json_text({k: v for k, v in note.item.items() if k not in OWN_KEYS})
    return row


def _call(params: Loose) -> Row:
    responsible = params.item.get("call_responsible")
    is_user = str(responsible).isdecimal()  # else a name or an internal number of the PBX
    return {
        "call_uniq": params.text("uniq"),
        "call_seconds": params.integer("duration"),
        "call_source": params.text("source"),
        "phone": params.text("phone"),
        "call_status": params.integer("call_status"),
        "call_result": params.text("call_result"),
        "call_responsible": params.text("call_responsible"),
        "call_responsible_user_id": params.integer("call_responsible") if is_user else None,
        "call_link": params.text("link"),
    }


def _letter(params: Loose) -> Row:
    sender, receiver = params.part("from"), params.part("to")
    delivery = params.part("delivery")
    return {
        "mail_thread_id": params.text("thread_id"),
        "mail_message_id": params.text("message_id"),
        "mail_is_incoming": params.flag("income"),
        "mail_from_email": sender.text("email"),
        "mail_from_name": sender.text("name"),
        "mail_to_email": receiver.text("email"),
        "mail_to_name": receiver.text("name"),
        "mail_subject": params.text("subject"),
        "mail_summary": params.text("content_summary"),
        "mail_attachments": params.integer("attach_cnt"),
        "mail_delivery_status": delivery.text("status"),
        "mail_delivered_at": delivery.moment("time"),
    }


_NO_CALL: tuple[str, ...] = tuple(_call(Loose(None)))
_NO_LETTER: tuple[str, ...] = tuple(_letter(Loose(None)))


def note_moment(item: Any) -> int:
    """When the note was edited last, unix seconds; 0 where it does not say."""
    return Fields(item, "note").integer("updated_at") or 0
