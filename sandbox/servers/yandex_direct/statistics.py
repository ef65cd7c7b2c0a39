"""Figures of a report: which rows of spend it covers, and how they add up into TSV."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sandbox.faults import Faults, Rewrite
from sandbox.model import Campaign, SpendDay
from sandbox.simulation.direct_ads import AdDay

# Law 425-FZ of 28.11.2025 raised the rate from 2026-01-01.
_VAT_RAISED_ON = date(2026, 1, 1)
_MICROS = Decimal(1_000_000)
_KOPECK = Decimal("0.01")

Day = SpendDay | AdDay  # a campaign's, or one ad's

_CAMPAIGN: dict[str, Callable[[Day, Campaign], str]] = {
    "Date": lambda day, _: day.day.isoformat(),
    "CampaignId": lambda day, _: str(day.campaign_id),
    "CampaignName": lambda _, campaign: campaign.name,
    "CampaignType": lambda _, campaign: campaign.type,
}
# what is known of a day in a report by ad; a wizard's day may have neither group nor ad
AD_DIMENSIONS: dict[str, Callable[[AdDay], int | None]] = {
    "AdGroupId": lambda day: day.ad_group_id,
    "AdId": lambda day: day.ad_id,
}
DIMENSIONS = (*_CAMPAIGN, *AD_DIMENSIONS)


@dataclass
class Total:
    """Figures of one printed row."""

    impressions: int = 0
    clicks: int = 0
    cost: Decimal = Decimal(0)


METRICS: dict[str, Callable[[Total], int | Decimal | None]] = {
    "Impressions": lambda t: t.impressions,
    "Clicks": lambda t: t.clicks,
    "Cost": lambda t: t.cost,
    "Ctr": lambda t: Decimal(100 * t.clicks) / t.impressions if t.impressions else None,
    "AvgCpc": lambda t: t.cost / t.clicks if t.clicks else None,
    "Conversions": lambda _: None,
    "Bounces": lambda _: None,
    "Sessions": lambda t: t.clicks,
}
MONEY = frozenset({"Cost", "AvgCpc"})


def vat_rate(day: date) -> Decimal:
    """The general VAT rate of a day."""
    return Decimal("0.22") if day >= _VAT_RAISED_ON else Decimal("0.20")


def rewritten(rows: Iterable[SpendDay], faults: Faults) -> list[SpendDay]:
    """The rows as the cabinet tells them now: some days cheaper, some rows gone."""
    changes = faults.direct_rewritten
    if not changes:
        return list(rows)
    by_day: dict[date, list[SpendDay]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    return [row for day, found in by_day.items() for row in _retold(found, changes.get(day))]


def _retold(rows: list[SpendDay], change: Rewrite | None) -> list[SpendDay]:
    if change is None:
        return rows
    if change.drop == "all":
        return []
    kept = sorted(rows, key=lambda row: row.campaign_id)[change.drop :]
    return [replace(row, cost=(row.cost * change.cost_factor).quantize(_KOPECK)) for row in kept]


def table(
    rows: Iterable[Day],
    campaigns: dict[int, Campaign],
    fields: list[str],
    *,
    is_grouped: bool,
    with_vat: bool,
) -> list[tuple[dict[str, str], Total]]:
    """Rows of a report: (printed dimensions, figures), in order of the dimensions.

    A typed report is grouped by its object, campaign or ad, even when no column says so.
    """
    dimensions = [name for name in fields if name in DIMENSIONS]
    totals: dict[tuple[object, ...], tuple[dict[str, str], Total]] = {}
    for row in rows:
        printed = {name: _dimension(name, row, campaigns[row.campaign_id]) for name in dimensions}
        identity = (row.campaign_id, getattr(row, "ad_id", None)) if is_grouped else None
        _, total = totals.setdefault((*printed.values(), identity), (printed, Total()))
        total.impressions += row.impressions
        total.clicks += row.clicks
        total.cost += row.cost if with_vat else row.cost / (1 + vat_rate(row.day))
    return [totals[key] for key in sorted(totals, key=str)]


def _dimension(name: str, row: Day, campaign: Campaign) -> str:
    if name in _CAMPAIGN:
        return _CAMPAIGN[name](row, campaign)
    number = AD_DIMENSIONS[name](row) if isinstance(row, AdDay) else None
    return "--" if number is None else str(number)


def cell(name: str, total: Total, *, in_micros: bool) -> str:
    """One figure as text: two dashes where there is none, money in millionths or with kopecks."""
    value = METRICS[name](total)
    if value is None:
        return "--"
    if name in MONEY and in_micros:
        return str(int((Decimal(value) * _MICROS).quantize(Decimal(1))))
    return str(value.quantize(_KOPECK)) if isinstance(value, Decimal) else str(value)
