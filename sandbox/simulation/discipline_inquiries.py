"""Inquiries of which no deal came, or came late, and entry points that fell silent."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sandbox.simulation import calls
from sandbox.simulation.arrivals import digits
from sandbox.simulation.clock import DAY, HOUR, Clock, utc
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.crm_model import TalkEvent
from sandbox.simulation.discipline_told import Told
from sandbox.simulation.funnel_clocks import WorkingTime
from sandbox.simulation.funnel_inquiries import noted
from sandbox.simulation.funnel_people import OWN, Persons, class_at
from sandbox.simulation.funnel_record import Deal, Record

RECENT = 90 * DAY
GRACE = 24 * HOUR
PROMPT = 60 * 60  # working seconds from an inquiry to its deal
CHAT_PAUSE, SAME_CHAT = DAY, 60
SILENT_DAYS, WEEKS, LEAST = 30, 8, 3
LEADS = ("new", "new_after_window")


@dataclass(frozen=True)
class Inquiry:
    """An inbound inquiry as the system that leads has it; ``deal_id`` where a record names one."""

    source: str
    kind: str
    at: int
    phone: str = ""  # eleven digits
    person: int | None = None
    deal_id: int | None = None
    is_certain: bool = True

    @property
    def key(self) -> str:
        return f"{self.source}/{self.kind}/in/{utc(self.at):%Y-%m-%dT%H:%M:%SZ}/{self.phone}"


def inquiry_breaches(told: Told, record: Record, feeds: set[str]) -> None:
    """Inbound inquiries of the last ninety days."""
    told.speak_of("inquiry", "inquiry_no_deal", "inquiry_deal_late")
    clock = Clock(record.company.spec)
    working, persons = WorkingTime(clock), Persons(record)
    for inquiry in inbound(record, persons, feeds):
        if inquiry.at <= clock.now - RECENT:
            continue
        deal = _deal(record, persons, inquiry)
        klass = class_at(persons, inquiry.person, inquiry.at)
        is_answered = deal is not None or klass not in LEADS
        if not inquiry.is_certain:
            told.doubt("inquiry_no_deal", inquiry.key)
            told.doubt("inquiry_deal_late", inquiry.key)
        elif not is_answered and inquiry.at <= clock.now - GRACE:
            told.breach("inquiry_no_deal", inquiry.key)
        elif deal is not None and klass in LEADS:
            late = deal.created_at > inquiry.at
            if late and working.between(inquiry.at, deal.created_at) > PROMPT:
                told.breach("inquiry_deal_late", inquiry.key, deal.id)


def _deal(record: Record, persons: Persons, inquiry: Inquiry) -> Deal | None:
    """The deal a record names, else one that the inquiry began, else the person's first after."""
    if inquiry.deal_id in record.deals:
        return record.deals[inquiry.deal_id or 0]
    of_person = persons.deals.get(inquiry.person, []) if inquiry.person is not None else []
    begun = [deal for deal in of_person if abs(deal.created_at - inquiry.at) <= OWN]
    if begun:
        return min(begun, key=lambda deal: (abs(deal.created_at - inquiry.at), deal.id))
    if class_at(persons, inquiry.person, inquiry.at) not in LEADS:
        return None  # it repeats a deal
    after = [deal for deal in of_person if deal.created_at > inquiry.at]
    return min(after, key=lambda deal: (deal.created_at, deal.id), default=None)


def inbound(record: Record, persons: Persons, feeds: set[str]) -> Iterator[Inquiry]:
    """Every inbound inquiry once, as its leading system has it: call tracking before the CRM."""
    heard = list(_heard(record, feeds))
    crm_calls = noted(record, persons)
    note_of = {call.uniq: call for call in crm_calls}
    talks = _talks(record, persons)
    told_talks: set[int] = set()
    chats = [contact.at for _, contact in heard if contact.kind == "chat"]
    # two chats of one minute: a talk is that of the nearer one
    nearest = [min((abs(talk.at - at) for at in chats), default=0) for talk in talks]
    for service, contact in heard:
        if contact.direction != "in":
            continue
        if contact.kind == "chat":
            near = [
                n
                for n, talk in enumerate(talks)
                if abs(talk.at - contact.at) <= min(SAME_CHAT, nearest[n])
            ]
            told_talks |= set(near)
            rivals = {talks[n].deal_id for n in near}
            deal_id = next(iter(rivals), None)
            certain = len(near) < 2 and all(talks[n].is_certain for n in near)
            person = talks[near[0]].person if near else None
            yield Inquiry(service, "chat", contact.at, "", person, deal_id, certain)
            continue
        phone = digits(contact.phone)
        person = persons.known_by(f"phone {phone}")
        note = note_of.get(str(contact.id))
        if person is None and note is not None:
            person = note.person
        named = contact.deal_id if service == "calltouch" else None
        if named not in record.deals:
            named = note.named if note is not None else None
        yield Inquiry(service, contact.kind, contact.at, f"7{phone}", person, named)
    tracked = {str(contact.id) for _, contact in heard}
    for call in crm_calls:
        if call.uniq not in tracked and call.direction == "in":
            yield Inquiry("amocrm_calls", "call", call.at, call.phone, call.person, call.named)
    for n, talk in enumerate(talks):
        if n not in told_talks:
            yield talk


def _heard(record: Record, feeds: set[str]) -> Iterator[tuple[str, calls.Contact]]:
    journal = calls.listen(record.company)
    for service, contacts in (("calltouch", journal.calltouch), ("uis", journal.uis)):
        if service in feeds:
            yield from ((service, contact) for contact in contacts)


def _talks(record: Record, persons: Persons) -> list[Inquiry]:
    """The first incoming message of a talk, and one after a day of silence.

    Of a talk whose deal is gone nobody can be certain whom it was with.
    """
    crm = crm_of(record.company)
    deal_of = {talk.id: talk.entity_id for talk in crm.talks}
    messages: dict[tuple[str, int], list[TalkEvent]] = defaultdict(list)
    for event in crm.events:
        if isinstance(event, TalkEvent):
            messages[event.entity_type, event.entity_id].append(event)
    found = []
    for (entity, entity_id), events in messages.items():
        events.sort(key=lambda event: event.created_at)
        last: int | None = None
        for event in events:
            is_first = last is None or event.created_at - last > CHAT_PAUSE
            last = event.created_at
            if not is_first or event.type != "incoming_chat_message":
                continue
            talk_id = event.value_after[0]["message"].get("talk_id")
            deal_id = entity_id if entity == "lead" else deal_of.get(talk_id or 0)
            certain = entity == "lead" and deal_id in record.deals
            person = persons.of(event.linked_talk_contact_id or 0)
            found.append(
                Inquiry("amocrm_talks", "chat", event.created_at, "", person, deal_id, certain)
            )
    return found


def entry_point_breaches(told: Told, record: Record, feeds: set[str]) -> None:
    """Days without a single record, of systems and kinds that had some on such a weekday."""
    told.speak_of("entry_point_day", "silent_entry_point")
    clock = Clock(record.company.spec)
    counts: dict[tuple[str, str], Counter[date]] = defaultdict(Counter)
    for source, kind, at in _recorded(record, feeds):
        counts[source, kind][clock.day_of(at)] += 1
    for (source, kind), by_day in counts.items():
        for back in range(1, SILENT_DAYS + 1):
            day = clock.last_day - timedelta(days=back)
            usual = median(by_day[day - timedelta(weeks=week)] for week in range(1, WEEKS + 1))
            if day >= min(by_day) and not by_day[day] and usual >= LEAST:
                told.breach("silent_entry_point", f"{source}/{kind}/{day}")


def _recorded(record: Record, feeds: set[str]) -> Iterator[tuple[str, str, int]]:
    """Every inbound record of every system, the same inquiry in two of them twice."""
    for service, contact in _heard(record, feeds):
        if contact.direction == "in":
            yield service, contact.kind, contact.at
    persons = Persons(record)
    for call in noted(record, persons):
        if call.direction == "in":
            yield "amocrm_calls", "call", call.at
    for talk in _talks(record, persons):
        yield "amocrm_talks", "chat", talk.at
