"""Contacts in the words of the Data API: every field of a record, of which a request picks some."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.simulation.calls import SITE, Contact

_MOMENT = "%Y-%m-%d %H:%M:%S"
# method -> (kind of contact, field with the moment)
METHODS = {
    "get.calls_report": ("call", "start_time"),
    "get.offline_messages_report": ("form", "date_time"),
    "get.chats_report": ("chat", "date_time"),
}


def record(contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    """All fields of one contact; times are the account's local ones."""
    own = {"call": _call, "form": _form, "chat": _chat}[contact.kind](contact, zone)
    return {**own, **_session(contact)}


def local(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, zone).strftime(_MOMENT)


def _call(contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    answered = contact.talk > 0
    return {
        "id": contact.id,
        "start_time": local(contact.at, zone),
        "finish_time": local(contact.at + contact.wait + contact.talk, zone),
        "finish_reason": "operator_disconnects" if answered else "subscriber_disconnects",
        "direction": contact.direction,
        "is_lost": contact.is_lost,
        "contact_phone_number": contact.phone,
        "virtual_phone_number": contact.trunk,
        "wait_duration": contact.wait,
        "talk_duration": contact.talk,
        "total_duration": contact.wait + contact.talk,
        "communication_type": "call",
        "last_answered_employee_id": 61 if answered else None,
        "last_answered_employee_full_name": "Соколова Ирина" if answered else None,
        "employees": [{"employee_id": 61}] if answered else [],
        "call_records": [f"{contact.id:x}"] if answered else [],
    }


def _form(contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": contact.id,
        "date_time": local(contact.at, zone),
        "form_type": contact.subject,
        "status": "not_processed" if contact.deal_id is None else "processed",
        "text": "Перезвоните мне, пожалуйста",
        "visitor_phone_number": contact.phone,
        "visitor_email": contact.email or None,
        "visitor_name": contact.name or None,
        "communication_type": "offline_message",
    }


def _chat(contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": contact.id,
        "date_time": local(contact.at, zone),
        "status": "succeed" if contact.talk else "lost",
        "initiator": "visitor",
        "chat_channel_type": contact.subject,
        "duration": str(contact.talk),  # the documentation has it as text
        "answer_time": contact.wait if contact.talk else None,
        "messages_count": 2 + contact.talk // 60,
        "communication_type": "chat",
    }


def _session(contact: Contact) -> dict[str, Any]:
    seen = contact.session
    marks = seen.marks if seen else {}
    campaign = seen.campaign if seen else None
    return {
        "communication_id": contact.id + 1,
        "communication_number": 1,
        "visitor_id": seen.visitor_id if seen else None,
        "person_id": seen.visitor_id + 7 if seen else None,
        "visitor_session_id": seen.visitor_id + 11 if seen else None,
        "ua_client_id": None,
        "ym_client_id": seen.ym_client_id if seen else None,
        "gclid": None,
        "yclid": marks.get("yclid"),
        "ymclid": None,
        "channel": seen.channel if seen else None,
        "campaign_id": 501 if campaign else 500,
        "campaign_name": "Яндекс Директ" if campaign else "Посетители без рекламной кампании",
        "site_id": 44001,
        "site_domain_name": SITE,
        "referrer": (seen.referrer or None) if seen else None,
        "entrance_page": f"https://{SITE}/" if seen else None,
        **{key: marks.get(key) for key in _UTM},
        "tags": [{"tag_id": 9, "tag_name": "Целевой", "tag_type": "manual"}]
        if contact.fate == "deal"
        else [],
    }


_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
