"""Visits to the company's site as a web counter saw them.

Everybody whom call tracking's script saw came by a visit, often by several; most visitors never get
in touch. Of the clicks that the ad cabinet counts a share is kept, so that the demo stays quick.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa

from sandbox.model import Company
from sandbox.simulation.arrivals import Session, client_id, session_of, tagged
from sandbox.simulation.calls import SITE, Contact, listen
from sandbox.simulation.clock import DAY, HOUR, Clock
from sandbox.simulation.origins import ORIGINS

COUNTER = 31337042
GOAL_FORM, GOAL_CALL, GOAL_CHAT = 3100001, 3100002, 3100003
CLICKS_KEPT = 0.15  # of the cabinet's clicks
UNPAID = 0.8  # visits without advertising for one that was paid for

_PAGES = ("", "kuhni/uglovye", "kuhni/skandia", "ceny", "akcii", "portfolio", "kontakty")
_SOURCES = {
    "advert": "ad", "organic": "organic", "social": "social", "referral": "referral",
    "email": "email", "direct": "direct",
}  # fmt: skip
_GOALS = {"form": GOAL_FORM, "call": GOAL_CALL, "chat": GOAL_CHAT}


@dataclass
class Visit:
    """One visit; ids have up to 64 bits without a sign."""

    id: int
    client_id: str
    at: int  # unix seconds
    source: str  # in the counter's words: ad, organic, direct, …
    marks: dict[str, str] = field(default_factory=dict)  # utm_* and yclid, raw
    direct_order: int = 0  # the campaign of Direct
    goals: list[int] = field(default_factory=list)
    start_url: str = ""
    referer: str = ""
    deal_id: int | None = None  # the deal that the visitor became


def browse(company: Company) -> list[Visit]:
    """The counter's visits of a company, by moment; the same company gives the same visits."""
    rng = Random(f"{company.spec.seed}:visits")
    clock = Clock(company.spec)
    journal = listen(company)
    visits: list[Visit] = []
    for contact in [*journal.calltouch, *journal.uis, *journal.unheard]:
        if contact.session is not None:
            visits += _towards(rng, contact, contact.session)
    visits += _anonymous(rng, company, clock)
    visits = [visit for visit in visits if clock.start <= visit.at < clock.now]
    visits.sort(key=lambda visit: (visit.at, visit.client_id))
    for visit in visits:
        # by moment, and from 2025 on past what a signed BIGINT holds
        visit.id = (visit.at << 33) + rng.getrandbits(33)
    return visits


def _towards(rng: Random, contact: Contact, session: Session) -> list[Visit]:
    """Visits of one person up to the contact; the link's tags stand on the first or the last."""
    final = _visit(rng, session, contact.at - rng.randint(40, 900))
    final.goals = [_GOALS[contact.kind]]
    visits = [final]
    if rng.random() < 0.45:
        first = _visit(rng, session, final.at - rng.randint(HOUR, 20 * DAY))
        visits.append(first)
        if rng.random() < 0.6:  # came back by a bookmark
            final.source, final.marks, final.direct_order, final.referer = "direct", {}, 0, ""
            final.start_url = f"https://{SITE}/"
        for _ in range(rng.choice((0, 0, 1, 2))):
            between = rng.randint(first.at, final.at)
            visits.append(Visit(0, session.ym_client_id, between, "direct", start_url=_page(rng)))
    for visit in visits:
        visit.deal_id = contact.deal_id
    return visits


def _visit(rng: Random, session: Session, at: int) -> Visit:
    order = session.campaign.id if session.campaign else 0
    source = "ad" if order else _SOURCES[session.channel]
    url = _page(rng, session.marks)
    return Visit(
        0, session.ym_client_id, at, source, dict(session.marks), order, [], url, session.referrer
    )


def _page(rng: Random, marks: dict[str, str] | None = None) -> str:
    return f"https://{SITE}/{rng.choice(_PAGES)}" + (f"?{urlencode(marks)}" if marks else "")


def _anonymous(rng: Random, company: Company, clock: Clock) -> list[Visit]:
    """Those who looked and left: by the cabinet's clicks, and without advertising."""
    campaigns = {campaign.id: campaign for campaign in company.campaigns}
    visits = []
    for row in company.spend:
        kept = row.clicks * CLICKS_KEPT
        count = int(kept) + (rng.random() < kept - int(kept))
        for _ in range(count):
            at = clock.midnight(row.day) + rng.randrange(7 * HOUR, 24 * HOUR)
            marks = tagged(rng, campaigns[row.campaign_id])
            visit = Visit(0, client_id(rng), at, "ad", marks, row.campaign_id)
            visit.start_url = _page(rng, marks)
            visits.append(visit)
    unpaid = [origin for origin in ORIGINS if origin.channel not in ("paid_search", "calls")]
    weights = [origin.weight for origin in unpaid]
    for at in clock.arrivals(rng, round(len(visits) * UNPAID)):
        origin = rng.choices(unpaid, weights=weights)[0]
        visits.append(_visit(rng, session_of(rng, company, at, origin, {}), at))
    return visits


_TRUTH = pa.schema(
    [
        ("visit_id", pa.string()),
        ("client_id", pa.string()),
        ("visited_at", pa.timestamp("us", tz="UTC")),
        ("traffic_source", pa.string()),
        ("campaign_id", pa.int64()),
        ("deal_id", pa.int64()),
    ]
)


def truth(company: Company) -> dict[str, pa.Table]:
    """Table ``visits``; those of the last day too, which the counter does not give out yet."""
    rows: list[dict[str, Any]] = [
        {
            "visit_id": str(visit.id),
            "client_id": visit.client_id,
            "visited_at": datetime.fromtimestamp(visit.at, UTC),
            "traffic_source": visit.source,
            "campaign_id": visit.direct_order or None,
            "deal_id": visit.deal_id,
        }
        for visit in browse(company)
    ]
    return {"visits": pa.Table.from_pylist(rows, schema=_TRUTH)}
