"""What stands below a Yandex Direct campaign: groups, ads with links, and each ad's share of a day.

All of it follows from the campaign alone, so a test that adds a campaign or changes a day of spend
finds its ads and their figures in step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from sandbox.model import Campaign, Company, SpendDay

SITE = "https://svetlye-kuhni.example"
_AGENCY = "utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}&utm_content={ad_id}"
# A campaign of the wizard shows ads that nobody wrote: a part of its days has no ad to stand under.
_WIZARD = "Мастер кампаний"
_UNNAMED, _MISSING = 25, 15  # percent of a wizard's day: under "--", and in no row of ads at all


@dataclass(frozen=True)
class AdGroup:
    id: int
    campaign_id: int
    name: str
    type: str
    tracking_params: str = ""


@dataclass(frozen=True)
class Ad:
    """``href`` is None for the types that have no link of their own."""

    id: int
    campaign_id: int
    ad_group_id: int
    type: str
    subtype: str = "NONE"
    href: str | None = None
    display_path: str | None = None
    state: str = "ON"


@dataclass(frozen=True)
class AdDay:
    """One ad's day in the cabinet; both ids are None where Direct names no ad."""

    campaign_id: int
    day: date
    ad_group_id: int | None
    ad_id: int | None
    impressions: int
    clicks: int
    cost: Decimal


def is_wizard(campaign: Campaign) -> bool:
    """Whether the campaign was made by the wizard (Мастер кампаний)."""
    return campaign.name.startswith(_WIZARD)


def ad_groups(campaign: Campaign) -> list[AdGroup]:
    """Two groups; the second of some campaigns has tracking parameters of its own."""
    kind = {"UNIFIED_CAMPAIGN": "UNIFIED_AD_GROUP", "SMART_CAMPAIGN": "SMART_AD_GROUP"}.get(
        campaign.type, "TEXT_AD_GROUP"
    )
    # the agency's own line, and one that forgot who sent the visitor
    own = {0: _AGENCY, 1: "utm_content={gbid}&utm_term={keyword}"}.get(campaign.id % 5, "")
    first = campaign.id * 100
    return [
        AdGroup(first + 1, campaign.id, f"{campaign.name} | 1", kind),
        AdGroup(first + 2, campaign.id, f"{campaign.name} | 2", kind, own),
    ]


def ads(campaign: Campaign) -> list[Ad]:
    """Two ads a group: one with a bare link, one whose link has marks of its own."""
    marked = f"{SITE}/akciya/?utm_source=ya&utm_term={{keyword}}#forma"
    links = [f"{SITE}/", marked]
    made = []
    for group in ad_groups(campaign):
        for number, link in enumerate(links, start=1):
            kind, subtype, has_link = _kind(campaign, number)
            made.append(
                Ad(
                    id=group.id * 100 + number,
                    campaign_id=campaign.id,
                    ad_group_id=group.id,
                    type=kind,
                    subtype=subtype,
                    href=link if has_link else None,
                    display_path="кухни" if kind == "TEXT_AD" else None,
                    state="ARCHIVED" if campaign.state == "ARCHIVED" else "ON",
                )
            )
    return made


def _kind(campaign: Campaign, number: int) -> tuple[str, str, bool]:
    """(type, subtype, whether it has a link)."""
    if campaign.type == "SMART_CAMPAIGN":
        return "SMART_AD", "NONE", False
    if campaign.type == "UNIFIED_CAMPAIGN":
        is_goods = campaign.name.startswith("Товарная") and number == 1
        return ("SHOPPING_AD", "NONE", False) if is_goods else ("RESPONSIVE_AD", "NONE", True)
    return ("TEXT_AD", "NONE", True) if number == 1 else ("IMAGE_AD", "TEXT_IMAGE_AD", True)


def ad_days(company: Company, rows: Iterable[SpendDay]) -> list[AdDay]:
    """The given days of campaigns by ad; they sum to them but for what a wizard shows in no ad."""
    campaigns = {campaign.id: campaign for campaign in company.campaigns}
    return [part for row in rows for part in _split(company.spec.seed, campaigns, row)]


def _split(seed: int, campaigns: dict[int, Campaign], row: SpendDay) -> list[AdDay]:
    campaign = campaigns[row.campaign_id]
    rng = Random(f"{seed}:yandex_direct:{campaign.id}:{row.day}")
    made = ads(campaign)
    shares = [rng.randint(1, 10) for _ in made]
    if is_wizard(campaign):
        total = sum(shares) * 100 // (100 - _UNNAMED - _MISSING)
        shares += [total * _UNNAMED // 100, total * _MISSING // 100]
    kopecks = _parts(int(row.cost * 100), shares)
    shown, clicked = _parts(row.impressions, shares), _parts(row.clicks, shares)
    places: list[Ad | None] = [*made, None] if is_wizard(campaign) else [*made]
    found = []
    # the wizard's last share has no place: it is in the campaign's day and nowhere else
    for number, ad in enumerate(places):
        if shown[number] or kopecks[number]:
            found.append(
                AdDay(
                    campaign_id=campaign.id,
                    day=row.day,
                    ad_group_id=ad.ad_group_id if ad else None,
                    ad_id=ad.id if ad else None,
                    impressions=shown[number],
                    clicks=clicked[number],
                    cost=Decimal(kopecks[number]).scaleb(-2),
                )
            )
    return found


def _parts(total: int, shares: list[int]) -> list[int]:
    """A whole number by shares; what division leaves goes to the first."""
    parts = [total * share // sum(shares) for share in shares]
    parts[0] += total - sum(parts)
    return parts
