"""Calls, forms and chats of the company as its call tracking saw them, the unanswered ones too.

The company was with Calltouch for the first third of the period and moved to UIS then, number and
all; what one service saw the other did not. Most contacts became deals; some calls rang in vain and
some forms were lost on the way, and the CRM knows nothing of those.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

import pyarrow as pa

from sandbox.model import Company
from sandbox.simulation.arrivals import Arrival, Session, arrivals, respell, session_of
from sandbox.simulation.clock import DAY, Clock
from sandbox.simulation.origins import ORIGINS

CALL_NAMES = ("Телефония", "Звонок на городской номер")
CHAT_NAMES = {"WhatsApp": "whatsapp", "Telegram-чат": "telegram"}
NOT_ONLINE = ("partner", "walk_in", "avito", "2gis")  # come by numbers of their own, or in person
MOVED = 0.33  # the share of the period after which UIS took over from Calltouch
MISSED = 0.16  # contacts that never became a deal, for one that did
GRACE, RECENT = DAY, 90 * DAY  # when an inquiry without a deal is missed; for how long it is news
LEAST_FORMS = 3  # on the same weekday before, for a day without any to be an outage
STAFF = "9161110077"  # the installers' telephone: calls from it are nobody's
TRUNKS = ("74951234501", "74951234502", "74951234503")  # virtual numbers
SITE = "svetlye-kuhni.example"
FORMS = ("Заявка с сайта", "Обратный звонок", "Расчёт стоимости")


@dataclass
class Contact:
    """One call, form or chat; ``fate``: deal, follow_up (of a deal), missed, internal."""

    id: int
    kind: str  # call | form | chat
    at: int
    phone: str  # as the service shows it; "" for a chat
    fate: str
    deal_id: int | None = None
    session: Session | None = None  # None: no script saw the person
    direction: str = "in"
    trunk: str = TRUNKS[0]
    wait: int = 0
    talk: int = 0
    subject: str = ""  # form's name, chat's channel
    email: str = ""
    name: str = ""

    @property
    def is_lost(self) -> bool:
        """Nobody answered; a form cannot be lost."""
        return self.kind != "form" and self.talk == 0


@dataclass
class Journal:
    """Everything the two services saw, by moment; tests may change the lists."""

    calltouch: list[Contact]
    uis: list[Contact]
    unheard: list[Contact]  # neither saw them, a web counter did


def listen(company: Company) -> Journal:
    """The journal of a company; the same company gives the same journal."""
    rng = Random(f"{company.spec.seed}:calls")
    clock = Clock(company.spec)
    found: list[Contact] = []
    for arrival in arrivals(company):
        found += _of_deal(rng, company, clock, arrival)
    found += _planned(company)
    found += _of_nobody(rng, company, clock, round(len(found) * MISSED))
    found += _at_the_edges(company, clock)
    found = [contact for contact in found if clock.start <= contact.at < clock.now - 60]
    found.sort(key=lambda contact: (contact.at, contact.phone))
    for number, contact in enumerate(found):
        contact.id = 480_000_001 + 3 * number
    unheard = [c for c in found if c.fate == "deal" and c.deal_id in company.unheard]
    found = [c for c in found if c.fate != "deal" or c.deal_id not in company.unheard]
    moved_at = clock.midnight(clock.day_of(clock.share(MOVED)))
    before = [contact for contact in found if contact.at < moved_at]
    after = [contact for contact in found if contact.at >= moved_at]
    lost = _on_silent_days(clock, after)
    unheard += [contact for contact in lost if contact.fate == "deal"]
    lost_ids = {contact.id for contact in lost}
    return Journal(
        # Calltouch saw no chats and nobody's calls but the customers'
        [contact for contact in before if contact.kind != "chat" and contact.direction == "in"],
        [contact for contact in after if contact.id not in lost_ids],
        unheard,
    )


def _of_deal(rng: Random, company: Company, clock: Clock, arrival: Arrival) -> list[Contact]:
    """The contact a deal began with, and what was said on the telephone afterwards."""
    origin = arrival.origin
    kind = _kind(arrival)
    if kind is None or (not arrival.phone and kind != "chat"):
        return []
    # a plant without a source must not give it away here
    seen = not arrival.is_bad and (kind != "call" or rng.random() < 0.8)
    session = session_of(rng, company, arrival.at, origin, arrival.marks) if seen else None
    if arrival.deal_id in company.unseen:
        session = None
    phone = respell(rng, arrival.phone) if arrival.phone else ""
    at = arrival.at - rng.randint(40, 600) if kind == "call" else arrival.at - rng.randint(1, 8)
    if kind == "call" and arrival.deal_id in company.late_calls:
        at = arrival.at - company.late_calls[arrival.deal_id]
    first = Contact(0, kind, at, phone, "deal", arrival.deal_id, session)
    if kind == "call":
        _ring(rng, first, answered=rng.random() < 0.92)
    elif kind == "chat":
        first.phone, first.subject = "", CHAT_NAMES.get(arrival.source_name or "", "site")
        first.wait, first.talk = rng.randint(5, 900), rng.randint(60, 1800)
    else:
        first.subject, first.email, first.name = rng.choice(FORMS), arrival.email, arrival.name
    contacts = [first]
    if arrival.phone and rng.random() < 0.7:  # the manager rings back
        back = Contact(
            0, "call", clock.working(arrival.at + rng.randint(120, 7200), rng),
            respell(rng, arrival.phone), "follow_up", arrival.deal_id, direction="out",
        )  # fmt: skip
        _ring(rng, back, answered=rng.random() < 0.75)
        contacts.append(back)
    if arrival.phone and rng.random() < 0.25:  # and so does the customer, days later
        again = Contact(
            0, "call", clock.working(arrival.at + rng.randint(1, 20) * DAY, rng),
            respell(rng, arrival.phone), "follow_up", arrival.deal_id,
        )  # fmt: skip
        _ring(rng, again, answered=rng.random() < 0.85)
        contacts.append(again)
    return contacts


def _kind(arrival: Arrival) -> str | None:
    """How this deal began; None where no call tracking could have seen it."""
    if arrival.source_name in CALL_NAMES:
        return "call"
    if arrival.source_name in CHAT_NAMES:
        return "chat"
    if arrival.origin is not None and arrival.origin.code in NOT_ONLINE:
        return None
    is_online = arrival.marks or (arrival.origin is not None and arrival.origin.sources)
    return "form" if is_online else None


def _planned(company: Company) -> list[Contact]:
    """Customers' calls at moments that somebody chose; of these no deal was made."""
    rng = Random(f"{company.spec.seed}:calls:planned")
    phones = {arrival.deal_id: arrival.phone for arrival in arrivals(company)}
    contacts = []
    for talk in company.planned_talks:
        if talk.kind == "call" and phones.get(talk.deal_id):
            phone = respell(rng, phones[talk.deal_id])
            call = Contact(0, "call", talk.at, phone, "follow_up", talk.deal_id)
            _ring(rng, call, answered=rng.random() < 0.7)
            contacts.append(call)
    return contacts


def _of_nobody(rng: Random, company: Company, clock: Clock, count: int) -> list[Contact]:
    """Contacts that the CRM never heard of, and the installers' calls."""
    online = [origin for origin in ORIGINS if origin.sources and origin.code not in NOT_ONLINE]
    weights = [origin.weight for origin in online]
    contacts = []
    for at in clock.arrivals(rng, count):
        kind = rng.choices(("call", "form", "chat", "staff"), weights=(70, 18, 6, 6))[0]
        if kind == "staff":
            contact = Contact(0, "call", at, respell(rng, STAFF), "internal")
            _ring(rng, contact, answered=True)
        else:
            phone = f"9{rng.randrange(10**9):09d}"
            origin = rng.choices(online, weights=weights)[0]
            session = None
            if rng.random() < 0.75:
                session = session_of(rng, company, at, origin, {})
            contact = Contact(0, kind, at, respell(rng, phone), "missed", session=session)
            if kind == "call":
                _ring(rng, contact, answered=rng.random() < 0.35)
            elif kind == "chat":
                contact.phone, contact.subject = "", "site"
            else:
                contact.subject = rng.choice(FORMS)
        contacts.append(contact)
    return contacts


def _at_the_edges(company: Company, clock: Clock) -> list[Contact]:
    """Strangers who rang a day and ninety days before now, to the second and a second later."""
    rng = Random(f"{company.spec.seed}:calls:edges")
    contacts = []
    for back in (GRACE, GRACE - 1, RECENT, RECENT - 1):
        call = Contact(0, "call", clock.now - back, f"79{rng.randrange(10**9):09d}", "missed")
        _ring(rng, call, answered=False)
        contacts.append(call)
    return contacts


def _on_silent_days(clock: Clock, contacts: list[Contact]) -> list[Contact]:
    """Forms of the one day of the last weeks on which the site's script was broken.

    It is the day on which forms are surest, or none where hardly anybody ever fills one in.
    """
    forms = Counter(clock.day_of(contact.at) for contact in contacts if contact.kind == "form")
    days = [clock.last_day - timedelta(days=back) for back in range(4, 26)]
    usual = {
        day: median(forms[day - timedelta(weeks=week)] for week in range(1, 9)) for day in days
    }
    silent = max(days, key=lambda day: (usual[day], day))
    if usual[silent] < LEAST_FORMS:
        return []
    return [c for c in contacts if c.kind == "form" and clock.day_of(c.at) == silent]


def _ring(rng: Random, call: Contact, *, answered: bool) -> None:
    call.trunk = rng.choice(TRUNKS)
    call.wait = rng.randint(3, 25) if answered else rng.randint(5, 70)
    call.talk = max(4, round(rng.lognormvariate(4.6, 0.9))) if answered else 0


_TRUTH = pa.schema(
    [
        ("contact_id", pa.int64()),
        ("service", pa.string()),
        ("kind", pa.string()),
        ("direction", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("phone", pa.string()),
        ("is_lost", pa.bool_()),
        ("fate", pa.string()),
        ("deal_id", pa.int64()),
    ]
)


def truth(company: Company) -> dict[str, pa.Table]:
    """Tables ``calls`` and ``forms`` (chats among them) of both services."""
    journal = listen(company)
    rows = [
        _row(service, contact)
        for service, contacts in (("calltouch", journal.calltouch), ("uis", journal.uis))
        for contact in contacts
    ]
    calls = [row for row in rows if row["kind"] == "call"]
    forms = [row for row in rows if row["kind"] != "call"]
    return {
        "calls": pa.Table.from_pylist(calls, schema=_TRUTH),
        "forms": pa.Table.from_pylist(forms, schema=_TRUTH),
    }


def _row(service: str, contact: Contact) -> dict[str, Any]:
    digits = "".join(char for char in contact.phone if char.isdigit())[-10:]
    return {
        "contact_id": contact.id,
        "service": service,
        "kind": contact.kind,
        "direction": contact.direction,
        "occurred_at": datetime.fromtimestamp(contact.at, UTC),
        "phone": f"7{digits}" if digits else None,
        "is_lost": contact.is_lost,
        "fate": contact.fate,
        "deal_id": contact.deal_id,
    }
