"""Advertising that is paid for and seen by nobody's deal: campaigns, and paid marks on cards."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.model import Company
from sandbox.simulation.clock import Clock
from sandbox.simulation.currency_rates import CURRENCIES, in_roubles, set_rates
from sandbox.simulation.direct_links import true_links
from sandbox.simulation.discipline_told import Row, Told
from sandbox.simulation.funnel_record import Record
from sandbox.simulation.marks_reading import direct_key
from sandbox.simulation.spend_files import PLACEMENTS, Placement, true_lines, with_vat
from sandbox.simulation.vk_ads import cabinets

WINDOW, LEAST = 30, Decimal(5000)  # days before today; roubles in them
BEFORE = timedelta(days=31)  # how long before its first deal an ad may have been paid for
PAID = frozenset({"paid_search", "paid_social", "boards", "partner"})
NOTHING = "—"


@dataclass(frozen=True)
class Spent:
    """What a day of a campaign cost with VAT, roubles."""

    campaign_key: str
    source: str  # what its marks all mean
    day: date
    cost: Decimal


@dataclass(frozen=True)
class Led:
    """A live deal and what is known of how it came."""

    deal_id: int
    day: date
    channel: str
    marks: tuple[str | None, str | None, str | None]
    campaign_key: str | None
    is_certain: bool


def campaign_breaches(told: Told, record: Record, feeds: set[str], sources: list[Row]) -> None:
    """Campaigns of the feeds of advertising that are on, and paid marks that none of them knows."""
    company = record.company
    spent = list(spending(company, feeds))
    if not feeds & {"yandex_direct", "vk_ads", "spend_files"}:
        return
    told.speak_of("campaign", "spend_without_leads", "campaign_untagged")
    told.speak_of("paid_mark", "paid_mark_no_spend")
    led = leads(record, feeds, sources)
    last = Clock(company.spec).last_day
    first = last - timedelta(days=WINDOW)
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for one in spent:
        if first <= one.day < last:
            costs[one.campaign_key] += one.cost
    came = [deal for deal in led if first <= deal.day < last]
    untagged = _untagged(company)
    for key, cost in costs.items():
        if cost >= LEAST:
            fitting = [deal for deal in came if _is_of(deal, key)]
            if fitting and not any(deal.is_certain for deal in fitting):
                told.doubt("spend_without_leads", key)
            elif not fitting:
                told.breach("spend_without_leads", key)
        if cost > 0 and key in untagged:
            told.breach("campaign_untagged", key)
    _marks(told, led, spent)


def _is_of(deal: Led, key: str) -> bool:
    """Whether the deal is the campaign's: of offline ones by the channel, of 2GIS by the source."""
    placement = _PLACED.get(key)
    if deal.campaign_key == key:
        return True
    if placement is None:
        return False
    if placement.channel == "offline":
        return deal.channel == "offline"
    is_bare = placement.campaign_id is None and placement.campaign is None
    return is_bare and deal.marks[0] == placement.source


def _marks(told: Told, led: list[Led], spent: list[Spent]) -> None:
    groups: dict[tuple[str | None, ...], list[Led]] = defaultdict(list)
    for deal in led:
        if deal.channel in PAID and deal.marks[0] is not None:
            groups[deal.marks].append(deal)
    for marks, deals in groups.items():
        name = "/".join(mark or NOTHING for mark in marks)
        since = min(deal.day for deal in deals) - BEFORE
        until = max(deal.day for deal in deals)
        keys = {deal.campaign_key for deal in deals} - {None}
        is_paid = any(
            since <= one.day <= until
            and one.cost > 0
            and (one.campaign_key in keys or one.source == marks[0])
            for one in spent
        )
        if not any(deal.is_certain for deal in deals):
            told.doubt("paid_mark_no_spend", name)
        elif not is_paid:
            told.breach("paid_mark_no_spend", name)


def leads(record: Record, feeds: set[str], sources: list[Row]) -> list[Led]:
    """Live deals with their marks and campaigns."""
    clock = Clock(record.company.spec)
    placed = _PLACED if "spend_files" in feeds else {}
    found = []
    for row in sources:
        marks = (row.get("utm_source"), row.get("utm_medium"), row.get("utm_campaign"))
        if row["source_rule"] == "visit" and row["channel"] == "paid_search" and not marks[0]:
            marks = ("yandex", "cpc", None)  # a click that no marks tell of
        key = row.get("campaign_key") or next(
            (key for key, placement in placed.items() if _names(placement, marks)), None
        )
        day = clock.day_of(record.deals[row["deal_id"]].created_at)
        certain = bool(row["is_certain"])
        found.append(Led(row["deal_id"], day, row["channel"], marks, key, certain))
    return found


def _names(placement: Placement, marks: tuple[str | None, str | None, str | None]) -> bool:
    """Whether marks are a placement's own; what has no mark of its own is named by none."""
    campaign = placement.campaign.lower() if placement.campaign else None
    return (placement.source, placement.medium, campaign) == marks and marks[1] is not None


def _key(placement: Placement) -> str:
    marks = (placement.source, placement.medium, placement.campaign)
    name = placement.campaign_id or "/".join(mark.lower() for mark in marks if mark)
    return f"spend_files:{placement.cabinet}:{name}"


def spending(company: Company, feeds: set[str]) -> Iterator[Spent]:
    """Every campaign's days in every feed of advertising that is on."""
    if "yandex_direct" in feeds:
        for row in company.spend:
            yield Spent(direct_key(row.campaign_id), "yandex", row.day, row.cost)
    if "vk_ads" in feeds:
        for cabinet in cabinets(company):
            plans = {banner.id: cabinet.plan_of(banner.id) for banner in cabinet.banners}
            for shown in cabinet.days:
                key = f"vk_ads:{cabinet.name}:{plans[shown.banner_id]}"
                yield Spent(key, "vk", shown.day, shown.spent)
    if "spend_files" in feeds:
        rates, euro = set_rates(company), next(c for c in CURRENCIES if c.code == "EUR")
        for line in true_lines(company):
            for day, cost, _, _ in line.by_day():
                roubles = with_vat(cost, line.placement, day)
                if line.placement.currency != "RUB":
                    roubles = in_roubles(cost, euro, rates["EUR"], day)
                yield Spent(_key(line.placement), line.placement.source, day, roubles)


def _untagged(company: Company) -> set[str]:
    """Campaigns some link of which has no source; of spend files nobody knows a link."""
    found = {
        direct_key(row["campaign_id"]) for row in true_links(company) if row["lacks_utm_source"]
    }
    for cabinet in cabinets(company):
        for group in cabinet.groups:
            if not group.enable_utm:
                found.add(f"vk_ads:{cabinet.name}:{group.ad_plan_id}")
    return found


_PLACED = {_key(placement): placement for placement in PLACEMENTS}
