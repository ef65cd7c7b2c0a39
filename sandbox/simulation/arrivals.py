"""How each deal's customer turned up: what the CRM's card says of it, and what is true.

Read by the feeds that saw the customer before the CRM did (call tracking, web counter).
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from urllib.parse import parse_qsl

from sandbox.model import Campaign, Company, FieldValue
from sandbox.simulation.cards import CARRIED_ON, IMPORTED
from sandbox.simulation.origins import ORIGINS, YANDEX_DIRECT, Origin

_ORIGINS = {origin.code: origin for origin in ORIGINS}
_KEYWORDS = ("кухни на заказ", "купить кухню", "кухня цена", "---autotargeting")
MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


@dataclass(frozen=True)
class Arrival:
    """A deal and how its customer came; ``at`` is when, ``marks`` what the card has, raw."""

    deal_id: int
    at: int
    phone: str  # ten digits after +7, "" where the card has none
    email: str
    name: str
    marks: dict[str, str]  # utm_*, yclid, _ym_uid of the deal, else utm_* of its contact
    source_name: str | None
    origin: Origin | None  # None where the truth does not say
    is_bad: bool  # the card has to stay without a source: a planted defect


def arrivals(company: Company) -> list[Arrival]:
    """Deals of people who came in while the company lives, by moment.

    Imported and purged ones aside, and those that the robot made of a sale.
    """
    names = {field.id: (field.code or field.name).lower() for field in company.custom_fields}
    contacts = {contact.id: contact for contact in company.contacts}
    truth = {row["deal_id"]: row for row in company.truth.get("deals", [])}
    bad = {
        row["deal_id"]
        for row in company.truth.get("defects", [])
        if row["rule_id"] == "deal_no_source"
    }
    found = []
    for lead in company.leads:
        if lead.is_purged or not {IMPORTED, CARRIED_ON}.isdisjoint(lead.tags):
            continue
        contact = contacts.get(lead.contact_ids[0]) if lead.contact_ids else None
        card = _values(lead.custom_fields, names)
        person = _values(contact.custom_fields, names) if contact else {}
        known = {"yclid", "_ym_uid", *MARKS}
        marks = {key: value for key, value in card.items() if key in known}
        if "utm_source" not in marks:
            marks |= {key: person[key] for key in MARKS if key in person}
        found.append(
            Arrival(
                lead.id,
                lead.created_at,
                digits(person.get("phone", "")),
                person.get("email", ""),
                contact.name if contact else "",
                marks,
                lead.source_name,
                _ORIGINS.get(truth.get(lead.id, {}).get("true_source", "")),
                lead.id in bad,
            )
        )
    return sorted(found, key=lambda arrival: (arrival.at, arrival.deal_id))


def _values(fields: list[FieldValue], names: dict[int, str]) -> dict[str, str]:
    return {names[field.field_id]: str(field.values[0]["value"]) for field in fields}


def digits(phone: str) -> str:
    """The ten digits after the country's."""
    return re.sub(r"\D", "", phone)[-10:]


def respell(rng: Random, phone: str) -> str:
    """The same number as another program would write it."""
    a, b, c, d = phone[:3], phone[3:6], phone[6:8], phone[8:]
    return rng.choice(
        (f"7{phone}", f"+7{phone}", f"8{phone}", f"8 {a} {b} {c} {d}", f"+7 ({a}) {b}-{c}-{d}")
    )


@dataclass
class Session:
    """A visit to the site as a tracker's script sees it."""

    ym_client_id: str
    channel: str  # in the words of call tracking: advert, organic, referral, social, email, direct
    marks: dict[str, str] = field(default_factory=dict)  # utm_* and yclid, raw
    campaign: Campaign | None = None
    referrer: str = ""
    visitor_id: int = 0


_CHANNELS = {
    "paid_search": "advert",
    "paid_social": "advert",
    "organic_search": "organic",
    "organic_social": "social",
    "referral": "referral",
    "boards": "referral",
    "email": "email",
}
_REFERRERS = {
    "yandex_organic": "https://yandex.ru/",
    "google_organic": "https://www.google.com/",
    "vk_community": "https://vk.com/svetlye_kuhni",
    "inmyroom": "https://www.inmyroom.ru/posts/kuhni",
    "avito": "https://www.avito.ru/",
    "2gis": "https://2gis.ru/moscow/firm/70000001",
}


def client_id(rng: Random) -> str:
    """A counter's visitor id: up to 64 bits without a sign, so half of them overflow BIGINT."""
    return str(rng.randrange(10**18, 10**19))


def session_of(
    rng: Random, company: Company, at: int, origin: Origin | None, marks: dict[str, str]
) -> Session:
    """The visit that led to a contact: the marks of its card where there are any, else its own."""
    raw = {key: value for key, value in marks.items() if key in MARKS or key == "yclid"}
    session = Session(
        marks.get("_ym_uid") or client_id(rng),
        _CHANNELS.get(origin.channel if origin else "", "direct"),
        raw,
        referrer=_REFERRERS.get(origin.code if origin else "", ""),
        visitor_id=rng.randrange(10**9, 10**10),
    )
    if origin is YANDEX_DIRECT:
        session.campaign = _campaign(rng, company, at, raw.get("utm_campaign"))
    if not raw and origin is not None and session.channel != "organic":
        session.marks = _tags(rng, origin, session.campaign)
    return session


def tagged(rng: Random, campaign: Campaign) -> dict[str, str]:
    """The tags a click on an ad of Direct brings: the campaign's template filled in."""
    filled = {
        "{campaign_id}": str(campaign.id),
        "{campaign_name}": campaign.name,
        "{ad_id}": str(campaign.id * 10 + rng.randrange(10)),
        "{keyword}": rng.choice(_KEYWORDS),
        "{yclid}": str(rng.randrange(10**17, 10**18)),
    }
    return {key: filled.get(value, value) for key, value in parse_qsl(campaign.tracking_params)}


def running(company: Company, at: int) -> list[Campaign]:
    """Campaigns that had a day of spend at most a week away."""
    day = datetime.fromtimestamp(at, UTC).date()
    near = {row.campaign_id for row in company.spend if abs((row.day - day).days) <= 7}
    return [campaign for campaign in company.campaigns if campaign.id in near]


def _campaign(rng: Random, company: Company, at: int, named: str | None) -> Campaign | None:
    for campaign in company.campaigns:
        if named in (str(campaign.id), campaign.name):
            return campaign
    candidates = running(company, at)
    return rng.choice(candidates) if candidates else None


def _tags(rng: Random, origin: Origin, campaign: Campaign | None) -> dict[str, str]:
    if campaign is not None:
        return tagged(rng, campaign)
    if not origin.sources:
        return {}
    tags = {"utm_source": rng.choice(origin.sources), "utm_medium": origin.mediums[0]}
    return tags | ({"utm_campaign": rng.choice(origin.campaigns)} if origin.campaigns else {})
