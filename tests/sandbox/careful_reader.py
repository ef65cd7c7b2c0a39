"""A second opinion on the simulated company, read from its CRM cards and bank rows alone.

Shares no code with the simulation: normalisation and matching follow the domain documents.
"""

import re
from collections import defaultdict
from typing import Any
from urllib.parse import unquote

from sandbox.model import Company, Contact, Event, Lead

SOURCE_ALIASES = {
    "yandex-direct": "yandex", "yandex_direct": "yandex", "ya": "yandex", "direct": "yandex",
    "yandex direct": "yandex",
    "яндекс": "yandex", "vk_ads": "vk", "vk-ads": "vk", "vkontakte": "vk", "vk.com": "vk",
    "tg": "telegram", "t.me": "telegram", "telegram_ads": "telegram", "avito-ads": "avito",
    "2гис": "2gis",
}  # fmt: skip
MEDIUM_ALIASES = {"ppc": "cpc"}
NOTHING = {"", "(not set)", "(none)", "none", "null", "undefined", "nan", "--"}
CHANNELS = (  # the first that fits: source, medium, channel
    (r"avito|2gis", r".*", "boards"),
    (r".*", r"email", "email"),
    (r".*", r"referral", "referral"),
    (r"vk", r"cpc|paid_social", "paid_social"),
    (r"telegram", r"cpc", "paid_social"),
    (r"vk|telegram", r"social", "organic_social"),
    (r"yandex|google", r"cpc", "paid_search"),
    (r"yandex|google", r"organic", "organic_search"),
)
NAMES = (
    ("Телефония", "calls"), ("Звонок", "calls"), ("WhatsApp", "messengers"),
    ("Telegram-чат", "messengers"), ("Авито", "boards"), ("Партнёр", "partner"),
    ("Офис", "offline"), ("Офлайн", "offline"),
)  # fmt: skip
INVOICE = re.compile(r"(?:сч[её]т\w*|сч\.)\s*(?:№|N)?\s*(?:СЧ-)?0*(\d+)(?!\d)(?!-)", re.IGNORECASE)


class BrokenChainError(Exception):
    """Something happened to a lead that no event tells."""


def values(item: Lead | Contact, company: Company) -> dict[str, Any]:
    """First value of each filled field by the field's name."""
    names = {f.id: f.name for f in company.custom_fields}
    return {names[f.field_id]: f.values[0]["value"] for f in item.custom_fields}


def clean(raw: str | None, aliases: dict[str, str]) -> str | None:
    text = " ".join(unquote(raw or "").lower().split())
    if text in NOTHING or re.fullmatch(r"\{.*\}", text):
        return None
    return aliases.get(text, text)


def tags(fields: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    return (
        clean(fields.get("utm_source"), SOURCE_ALIASES),
        clean(fields.get("utm_medium"), MEDIUM_ALIASES),
        clean(fields.get("utm_campaign"), {}),
    )


def channel_of(source: str, medium: str | None) -> str:
    for source_rule, medium_rule, channel in CHANNELS:
        if re.fullmatch(source_rule, source) and re.fullmatch(medium_rule, medium or ""):
            return channel
    return "unassigned"


def recorded(company: Company) -> dict[int, tuple[str, str, tuple[str | None, ...]]]:
    """Lead id -> (rule, channel, utm triple), for every card of the company."""
    contacts = {c.id: tags(values(c, company)) for c in company.contacts if c.is_listed}
    found: dict[int, tuple[str, str, tuple[str | None, ...]]] = {}
    for lead in company.leads:
        own = tags(values(lead, company))
        inherited = contacts.get(next(iter(lead.contact_ids), 0), (None, None, None))
        if own[0]:
            found[lead.id] = ("deal_utm", channel_of(own[0], own[1]), own)
        elif lead.source_name:
            named = (c for start, c in NAMES if lead.source_name.startswith(start))
            found[lead.id] = ("deal_source", next(named, "unassigned"), (None, None, None))
        elif inherited[0]:
            channel = channel_of(inherited[0], inherited[1])
            found[lead.id] = ("contact_utm", channel, inherited)
        else:
            found[lead.id] = ("unknown", "unknown", (None, None, None))
    return found


def invoice_of(text: str) -> str:
    return text.removeprefix("СЧ-").lstrip("0")


def named(company: Company) -> list[set[int]]:
    """Lead ids whose invoices each of the bank's rows names, row by row."""
    owners: dict[str, set[int]] = defaultdict(set)
    for lead in company.leads:
        number = values(lead, company).get("Номер счёта")
        if number and not lead.is_deleted and not lead.is_purged:
            owners[invoice_of(number)].add(lead.id)
    return [
        {lead_id for token in _tokens(row.purpose) for lead_id in owners.get(token, ())}
        for row in company.bank
    ]


def _tokens(purpose: str) -> list[str]:
    if listed := re.search(r"по счетам № ([\d, и]+) за", purpose):
        return re.findall(r"\d+", listed[1])
    return INVOICE.findall(purpose)


def chain(created_at: int, events: list[Event]) -> list[tuple[int, int, int]]:
    """(moment, pipeline, status) of every stay, from one lead's events in any order.

    Moves from a stage to itself are none.

    Raises:
        BrokenChainError: a move starts where the lead did not stand.
    """
    told = (e for e in events if e.type == "lead_status_changed")
    moves = sorted((e for e in told if _is_move(e)), key=lambda e: e.created_at)
    stays: list[tuple[int, int, int]] = []
    here: tuple[int, int] | None = None
    while moves:
        second = [e for e in moves if e.created_at == moves[0].created_at]
        if here is None:  # the first stage is the one that nobody entered in that second
            afters = {_stage(e.value_after) for e in second}
            here = next(s for e in second if (s := _stage(e.value_before)) not in afters)
            stays.append((created_at, *here))
        step = next((e for e in second if _stage(e.value_before) == here), None)
        if step is None:
            raise BrokenChainError
        here = _stage(step.value_after)
        stays.append((step.created_at, *here))
        moves.remove(step)
    return stays


def _is_move(event: Event) -> bool:
    return _stage(event.value_after) != _stage(event.value_before)


def has_hole(lead: Lead, events: list[Event]) -> bool:
    """Whether a lead's events leave out a move, in their middle or at their end."""
    try:
        stays = chain(lead.created_at, events)
    except BrokenChainError:
        return True
    return bool(stays) and stays[-1][1:] != (lead.pipeline_id, lead.status_id)


def _stage(value: list[dict[str, Any]]) -> tuple[int, int]:
    status = value[0]["lead_status"]
    return status["pipeline_id"], status["id"]
