"""Where each deal came from as far as all the records together can tell, and which one told.

The rules stand in ``docs/attribution.md``. What the card tells is what was written on it; the rest
is read off the records of the feeds that are connected.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from sandbox.model import Company, Lead
from sandbox.simulation import calls, visits
from sandbox.simulation.arrivals import Session
from sandbox.simulation.clock import DAY, HOUR, Clock, utc
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.funnel_activities import keys_of
from sandbox.simulation.marks_reading import (
    Campaigns,
    Meaning,
    campaigns,
    channel_of_page,
    direct_key,
    read,
)
from sandbox.simulation.structure import C_SOURCE, LEAD_FIELDS
from sandbox.simulation.utm_lint import utm_findings
from sandbox.simulation.world import WON, Story

CARD_RULES = ("deal_utm", "deal_source", "contact_utm")
LOST_RULES = ("inquiry_utm", "click_id", "visit")
LOOKBACK = 90 * DAY
PLANTS = (
    "only_click", "only_visitor", "only_visitor_organic", "only_referrer", "only_form",
    "nothing_left", "id_in_text", "two_ids_in_text", "transliterated_name", "ad",
    "campaign_of_click", "vk_plan", "vk_banner", "swapped", "near_duplicate", "macro", "blanks",
    "overwritten", "overwritten_by_robot", "overwritten_before_sale", "overwritten_while_open",
)  # fmt: skip
_CLICK = Meaning("yandex", "cpc", channel="paid_search")
# an ad that neither marks nor a campaign of Direct explain is somebody's, and nobody says whose
_SEEN_AS = {
    "ad": "unassigned", "organic": "organic_search", "social": "organic_social",
    "referral": "referral", "email": "email", "direct": "direct",
}  # fmt: skip

_SCHEMA = pa.schema(
    [
        ("deal_id", pa.int64()),
        ("source_rule", pa.string()),
        ("channel", pa.string()),
        ("utm_source", pa.string()),
        ("utm_medium", pa.string()),
        ("utm_campaign", pa.string()),
        ("campaign_key", pa.string()),
        ("join_method", pa.string()),
        ("is_source_lost", pa.bool_()),
        ("is_source_overwritten", pa.bool_()),
        ("is_certain", pa.bool_()),
        ("is_person_certain", pa.bool_()),
        ("plant", pa.string()),
    ]
)
_FINDINGS = pa.schema(
    [("violation", pa.string()), ("mark", pa.string()), ("raw_value", pa.string())]
)
_TOUCHES = pa.schema(
    [
        ("deal_id", pa.int64()),
        ("kind", pa.string()),
        ("touched_at", pa.timestamp("us", tz="UTC")),
    ]
)


@dataclass
class Found:
    """The record that told, and what it told; ``clicked`` are Direct's campaigns of its visitor."""

    rule: str
    meaning: Meaning
    clicked: set[int] = field(default_factory=set)
    channel: str | None = None  # where no marks tell it

    @property
    def is_marked(self) -> bool:
        return self.meaning.source is not None


@dataclass(frozen=True)
class Heard:
    """An inquiry with the session in which somebody made it."""

    at: int
    session: Session
    is_chat: bool


class Reader:
    """All records of one company that may tell of a source."""

    def __init__(self, company: Company, feeds: set[str]) -> None:
        self.company = company
        # files of another CRM have no column for the page before
        self.tells_pages = "amocrm" in feeds
        self.known: Campaigns = campaigns(company, feeds)
        self.contacts = {c.id: keys_of(c) for c in company.contacts if c.is_listed}
        self.heard: dict[str, list[Heard]] = defaultdict(list)  # by telephone
        self.chats: dict[int, list[Heard]] = defaultdict(list)  # by deal: nobody has a number there
        self._listen(feeds)
        self.pages = {  # that a form of the CRM says its visitor came from
            inquiry.lead_id: inquiry.metadata["referer"]
            for inquiry in (crm_of(company).inquiries if "amocrm" in feeds else ())
            if inquiry.metadata.get("referer")
            # what left the list before the first load is told nowhere
            and (inquiry.left_at is None or inquiry.left_at > Clock(company.spec).now)
        }
        self.visits: dict[str, list[visits.Visit]] = defaultdict(list)
        if "yandex_metrica" in feeds:
            today = Clock(company.spec).midnight(Clock(company.spec).last_day)
            for visit in visits.browse(company):
                if visit.at < today:  # the counter gives a day out when it is over
                    self.visits[visit.client_id].append(visit)

    def _listen(self, feeds: set[str]) -> None:
        journal = calls.listen(self.company)
        heard = [*(journal.calltouch if "calltouch" in feeds else [])]
        heard += journal.uis if "uis" in feeds else []
        for contact in sorted(heard, key=lambda contact: contact.at):
            if contact.session is None or contact.direction == "out":
                continue
            inquiry = Heard(contact.at, contact.session, contact.kind == "chat")
            if contact.kind == "chat" and contact.deal_id is not None:
                self.chats[contact.deal_id].append(inquiry)
            elif contact.phone:
                digits = "".join(filter(str.isdigit, contact.phone))[-10:]
                self.heard[digits].append(inquiry)

    def linked(self, story: Story, phones: set[str]) -> list[Heard]:
        """Inquiries of the deal's person around its creation: the latest before it comes first."""
        first, last = story.created_at - DAY, story.created_at + HOUR
        near = [h for phone in phones for h in self.heard[phone] if first <= h.at <= last]
        before = sorted((h for h in near if h.at <= story.created_at), key=lambda h: -h.at)
        after = sorted((h for h in near if h.at > story.created_at), key=lambda h: h.at)
        return before + after

    def orders(self, client_id: str | None) -> set[int]:
        """Direct's campaigns that a visitor came by."""
        return {v.direct_order for v in self.visits.get(client_id or "", ()) if v.direct_order}

    def own(self, story: Story, lead: Lead, heard: list[Heard]) -> Found | None:
        """What the deal's own records and its contact tell by marks."""
        card = tracking(lead)
        recorded = story.recorded
        told = Meaning(recorded.source, recorded.medium, recorded.campaign, None, recorded.channel)
        if recorded.rule == "deal_utm":
            marks = Meaning(
                told.source, told.medium, told.campaign, read(card).content, told.channel
            )
            return Found("deal_utm", marks, self.orders(card.get("_ym_uid")))
        for inquiry in heard:
            meaning = read(inquiry.session.marks)
            if meaning.source is not None:
                orders = self.orders(inquiry.session.ym_client_id)
                return Found("inquiry_utm", meaning, orders)
        if recorded.rule in CARD_RULES:
            return Found(recorded.rule, told)
        return None

    def rest(self, story: Story, lead: Lead, heard: list[Heard]) -> Found | None:
        """What a click, the visits or the page before tell."""
        card = tracking(lead)
        own_id = card.get("_ym_uid")
        client_ids = [own_id] if own_id else []
        client_ids += [inquiry.session.ym_client_id for inquiry in heard]
        if "yclid" in card or any("yclid" in inquiry.session.marks for inquiry in heard):
            clicked = set().union(*(self.orders(client_id) for client_id in client_ids))
            return Found("click_id", _CLICK, clicked)
        for client_id in client_ids:
            if found := self._visit(story, client_id):
                return found
        own_page = card.get("referrer", "") if self.tells_pages else ""
        pages = [own_page, *(inquiry.session.referrer for inquiry in heard)]
        pages.append(self.pages.get(story.lead_id, ""))
        page = next((page for page in pages if page), None)
        if page is not None:
            return Found("referrer", Meaning(), channel=channel_of_page(page))
        return None

    def _visit(self, story: Story, client_id: str) -> Found | None:
        """The last visit in time that was not typed in or kept as a bookmark."""
        for visit in reversed(self.visits.get(client_id, [])):
            if story.created_at - LOOKBACK <= visit.at <= story.created_at + HOUR:
                meaning = read(visit.marks)
                channel = meaning.channel if meaning.source else _SEEN_AS[visit.source]
                if not meaning.source and visit.direct_order:
                    channel = _CLICK.channel
                if channel != "direct":
                    orders = {visit.direct_order} if visit.direct_order else set()
                    return Found("visit", meaning, orders, channel)
        return None


def tracking(lead: Lead) -> dict[str, str]:
    """Raw tracking fields of a card by name."""
    names = {field_id: name for name, field_id in LEAD_FIELDS.items()}
    return {
        names[filled.field_id]: str(filled.values[0]["value"])
        for filled in lead.custom_fields
        if filled.field_id in names
    }


def truth(company: Company, feeds: set[str]) -> dict[str, pa.Table]:
    """Tables ``deal_sources`` and ``utm_findings``, and with a web counter ``touchpoints``.

    All are about deals that are not in the basket.
    """
    stories = [s for s in company.stories if s.kind != "purged" and s.lead is not None]
    stories = [story for story in stories if not story.is_deleted]
    reader = Reader(company, feeds)
    persons = _persons(reader, stories)
    rows = _rows(company, reader, stories, persons)
    tables = {
        "deal_sources": pa.Table.from_pylist(rows, schema=_SCHEMA),
        "utm_findings": pa.Table.from_pylist(
            utm_findings(company, stories, rows), schema=_FINDINGS
        ),
    }
    if "yandex_metrica" in feeds:
        touches = _touches(reader, stories, persons)
        tables["touchpoints"] = pa.Table.from_pylist(touches, schema=_TOUCHES)
    return tables


def _rows(
    company: Company, reader: Reader, stories: list[Story], persons: dict[int, int]
) -> list[dict[str, Any]]:
    of_person: dict[int, list[Story]] = defaultdict(list)
    for story in sorted(stories, key=lambda s: (s.created_at, s.lead_id)):
        of_person[persons[story.lead_id]].append(story)
    phones: dict[int, set[str]] = defaultdict(set)
    for story in stories:
        for key in reader.contacts.get(story.contacts[0].id, ()):
            if key.startswith("phone "):
                phones[persons[story.lead_id]].add(key.removeprefix("phone ")[-10:])
    heard = {s.lead_id: reader.linked(s, phones[persons[s.lead_id]]) for s in stories}
    own = {s.lead_id: reader.own(s, s.lead, heard[s.lead_id]) for s in stories if s.lead}
    edited = _overwritten(company, stories)
    # a chat, or a contact that nobody returns, may add to what is known of a person
    doubtful = {
        persons[story.lead_id]
        for story in stories
        if reader.chats[story.lead_id] or story.contacts[0].id not in reader.contacts
    }
    rows = []
    for story in stories:
        found = own[story.lead_id]
        first = of_person[persons[story.lead_id]][0]
        before = own[first.lead_id]
        if found is None and first is not story and before is not None:
            found = Found("first_deal", before.meaning, before.clicked)
        if found is None and story.lead is not None:
            found = reader.rest(story, story.lead, heard[story.lead_id])
        row = _row(story, found, reader.known)
        row["is_source_overwritten"] = story.lead_id in edited
        row["is_certain"] = not any(_is_doubtful(reader, s, own) for s in (story, first))
        row["is_person_certain"] = persons[story.lead_id] not in doubtful
        rows.append(row)
    return rows


def _is_doubtful(reader: Reader, story: Story, own: dict[int, Found | None]) -> bool:
    """Whether a record may tell that hangs on its second: a chat, or anything of a hidden contact.

    Neither has a number by which it could be known whose it was.
    """
    told = own[story.lead_id]
    if told is not None and told.rule == "deal_utm":
        return False
    return bool(reader.chats[story.lead_id]) or story.contacts[0].id not in reader.contacts


def _touches(reader: Reader, stories: list[Story], persons: dict[int, int]) -> list[dict[str, Any]]:
    """Visits of each deal's person up to its creation, as far back as touches count.

    A visitor is known by the number of a call or a form of the same session, and by the card.
    """
    clients: dict[int, set[str]] = defaultdict(set)
    for story in stories:
        person = persons[story.lead_id]
        own = tracking(story.lead).get("_ym_uid") if story.lead is not None else None
        clients[person] |= {own} if own else set()
        for key in reader.contacts.get(story.contacts[0].id, ()):
            heard = reader.heard.get(key.removeprefix("phone ")[-10:], ())
            clients[person] |= {inquiry.session.ym_client_id for inquiry in heard}
    return [
        {
            "deal_id": story.lead_id,
            "kind": "visit",
            "touched_at": utc(visit.at),
        }
        for story in stories
        for client_id in sorted(clients[persons[story.lead_id]])
        for visit in reader.visits.get(client_id, ())
        if story.created_at - LOOKBACK <= visit.at <= story.created_at
    ]


def _persons(reader: Reader, stories: list[Story]) -> dict[int, int]:
    """Deal -> its person: main contacts that share a number or an address are one."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for contact_id, keys in reader.contacts.items():
        for key in keys:
            one, other = root(f"contact {contact_id}"), root(key)
            parent[one] = other
    numbers: dict[str, int] = {}
    return {
        story.lead_id: numbers.setdefault(root(f"contact {story.contacts[0].id}"), len(numbers))
        for story in stories
    }


def _overwritten(company: Company, stories: list[Story]) -> set[int]:
    """Deals whose marks a person changed after the last win."""
    won = {
        s.lead_id: max(step.at for step in s.steps if step.status_id == WON)
        for s in stories
        # a deal handed on to the workshop after its sale was won all the same
        if any(step.status_id == WON for step in s.steps)
    }
    return {
        edit.deal_id
        for edit in company.source_edits
        if edit.by and edit.deal_id in won and edit.at > won[edit.deal_id]
    }


def _contact_tells(story: Story) -> bool:
    """Whether marks lie on a contact of the deal, whichever record speaks before it."""
    return any(
        value.field_id == C_SOURCE for contact in story.contacts for value in contact.custom_fields
    )


def _row(story: Story, found: Found | None, known: Campaigns) -> dict[str, Any]:
    row: dict[str, Any] = {
        "deal_id": story.lead_id,
        "source_rule": found.rule if found else "unknown",
        "channel": "unknown",
        "plant": next((plant for plant in PLANTS if plant in story.plants), None),
    }
    if found is None:
        return row | {"is_source_lost": False}
    meaning = found.meaning
    key, method = known.join(meaning, found.clicked)
    if not found.is_marked and found.clicked:
        key, method = direct_key(next(iter(found.clicked))), "click_id"
    return row | {
        "channel": found.channel or meaning.channel,
        "utm_source": meaning.source,
        "utm_medium": meaning.medium,
        "utm_campaign": meaning.campaign,
        "campaign_key": key,
        "join_method": method,
        "is_source_lost": found.rule in LOST_RULES and not _contact_tells(story),
    }
