"""Contacts in the words of Calltouch."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sandbox.simulation.calls import SITE, Contact

_MOMENT = "%d/%m/%Y %H:%M:%S"
_NOTHING = "<не указано>"  # what the service writes into a mark that was not there


def call(contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    """One row of the diary; its moment is a wall clock's, without an offset."""
    seen = contact.session
    return {
        "callId": contact.id,
        "callphase": "callcompleted",
        "date": datetime.fromtimestamp(contact.at, zone).strftime(_MOMENT),
        "callerNumber": contact.phone,
        "phoneNumber": contact.trunk,
        "redirectNumber": "74950000000",
        "duration": contact.talk,
        "waitingConnect": contact.wait,
        "successful": not contact.is_lost,
        "uniqueCall": contact.fate in ("deal", "missed"),
        "targetCall": contact.talk > 60,
        "uniqTargetCall": contact.talk > 60 and contact.fate in ("deal", "missed"),
        "callbackCall": contact.direction == "out",
        "city": "Москва",
        **_came(contact),
        "callUrl": f"https://{SITE}/contacts",
        "sessionId": seen.visitor_id if seen else 0,
        "ctCallerId": f"ct{contact.id}",
        "clientId": None,
        "yaClientId": seen.ym_client_id if seen else None,
        "ctClientId": seen.visitor_id + 5 if seen else None,
        "ctGlobalId": None,
        "sipCallId": f"{contact.id:x}",
        **_extras(contact),
        "callTags": [{"category": "Ручные", "type": "MANUAL", "names": ["Целевой"]}]
        if contact.fate == "deal"
        else None,
    }


def request(contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    """One request: its moment is absolute, in milliseconds, with the wall clock's text beside."""
    seen = contact.session
    phones = [{"phoneNumber": contact.phone, "phoneType": "MOBILE"}] if contact.phone else []
    emails = [{"contactType": "EMAIL", "contactValue": contact.email}] if contact.email else []
    return {
        "requestId": contact.id,
        "requestNumber": f"site-{contact.id}",
        "subject": contact.subject,
        "date": contact.at * 1000,
        "dateStr": datetime.fromtimestamp(contact.at, zone).strftime(_MOMENT),
        "manager": None,
        "uniqueRequest": True,
        "targetRequest": True,
        "uniqTargetRequest": True,
        "client": {
            "clientId": contact.id + 3,
            "fio": contact.name,
            "phones": phones,
            "contacts": emails,
        },
        "session": {
            "sessionId": seen.visitor_id if seen else None,
            "city": "Москва",
            **_came(contact, keyword="keywords"),
            "guaClientId": None,
            "yaClientId": seen.ym_client_id if seen else None,
            "attribution": 1,
        },
        "ctClientId": seen.visitor_id + 5 if seen else None,
        "ctGlobalId": None,
        **_extras(contact),
        "comments": [],
        "RequestTags": None,
    }


def _came(contact: Contact, keyword: str = "keyword") -> dict[str, Any]:
    seen = contact.session
    marks = seen.marks if seen else {}
    query = f"?{urlencode(marks)}" if marks else ""
    return {
        "source": marks.get("utm_source") or ("(direct)" if seen else _NOTHING),
        "medium": marks.get("utm_medium") or ("(none)" if seen else _NOTHING),
        keyword: marks.get("utm_term") or _NOTHING,
        "utmSource": marks.get("utm_source") or _NOTHING,
        "utmMedium": marks.get("utm_medium") or _NOTHING,
        "utmCampaign": marks.get("utm_campaign") or _NOTHING,
        "utmContent": marks.get("utm_content") or _NOTHING,
        "utmTerm": marks.get("utm_term") or _NOTHING,
        "url": f"https://{SITE}/{query}" if seen else "",
        "ref": seen.referrer if seen else "",
    }


def _extras(contact: Contact) -> dict[str, Any]:
    campaign = contact.session.campaign if contact.session else None
    direct = campaign and {
        "campaignId": campaign.id,
        "adGroupId": campaign.id + 1,
        "adId": campaign.id * 10,
        "criteriaId": 2,
    }
    deal = {"orderId": contact.id + 1, "orderNumber": str(contact.deal_id), "plannedAmount": 0}
    return {
        "yandexDirect": direct,
        "googleAdWords": None,
        "orders": [deal] if contact.deal_id else [],
    }
