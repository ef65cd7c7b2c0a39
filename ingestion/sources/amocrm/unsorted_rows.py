"""Incoming inquiries to rows, typed by what brought them: a form, a call, a chat or a letter."""

from collections.abc import Mapping
from datetime import datetime

from ingestion.columns import Row
from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.fields import Fields, Item, without_links
from ingestion.sources.amocrm.loose import Loose

OWN_KEYS = frozenset({"metadata", "_links"})  # not repeated in raw_json


def unsorted_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    """One row of ``unsorted``; ``metadata`` comes from sites and telephony, hence read loosely.

    Raises:
        SourceFormatError: no uid, or a number of amoCRM's own that is none.
    """
    inquiry = Fields(item, "unsorted inquiry")
    uid = inquiry.text("uid")
    if not uid:
        raise SourceFormatError(
            "amoCRM unsorted inquiry: it has no uid; the API has changed, report it"
        )
    metadata = Loose(inquiry.item.get("metadata"))
    client, origin = metadata.part("client"), metadata.part("origin")
    sender = metadata.item.get("from")
    letter = metadata.part("from") if isinstance(sender, Mapping) else Loose(None)
    is_letter = isinstance(sender, Mapping)
    return {
        "account_id": account_id,
        "uid": uid,
        "source_uid": inquiry.text("source_uid"),
        "source_name": inquiry.text("source_name"),
        "category": inquiry.text("category"),
        "pipeline_id": inquiry.integer("pipeline_id"),
        "lead_id": _first_id(inquiry, "leads"),
        "contact_id": _first_id(inquiry, "contacts"),
        "company_id": _first_id(inquiry, "companies"),
        "created_at": inquiry.moment("created_at"),
        "form_id": metadata.text("form_id"),
        "form_name": metadata.text("form_name"),
        "form_page": metadata.text("form_page"),
        "form_sent_at": metadata.moment("form_sent_at"),
        "referer": metadata.text("referer"),
        "ip": metadata.text("ip"),
        "visitor_uid": metadata.text("visitor_uid") or origin.text("visitor_uid"),
        "phone": metadata.text("phone"),
        "called_at": metadata.moment("called_at"),
        "call_seconds": metadata.integer("duration"),
        "call_link": metadata.text("link"),
        "call_uniq": metadata.text("uniq"),
        "call_responsible": metadata.text("call_responsible"),
        "service": metadata.text("service") or metadata.text("service_code"),
        "sender_name": letter.text("name") if is_letter else metadata.text("from"),
        "sender_email": letter.text("email"),
        "client_name": client.text("name"),
        "chat_id": origin.text("chat_id"),
        "chat_ref": origin.text("ref"),
        "received_at": metadata.moment("received_at"),
        "subject": metadata.text("subject"),
        "message_text": metadata.text("last_message_text") or metadata.text("content_summary"),
        "thread_id": metadata.text("thread_id"),
        "message_id": metadata.text("message_id"),
        "unread": metadata.unread,
        "metadata": without_links(inquiry.item.get("metadata") or {}),
        "raw_json": {k: without_links(v) for k, v in inquiry.item.items() if k not in OWN_KEYS},
        "last_seen_at": seen_at,
    }


def _first_id(inquiry: Fields, name: str) -> int | None:
    """The embedded card; it is a stub of an id and a link."""
    return next((part.integer("id") for part in inquiry.embedded(name)), None)
