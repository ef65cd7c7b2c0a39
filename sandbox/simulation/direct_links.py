"""What is true of Yandex Direct's ads: the marks their links end up with, and what each ad cost.

Links by the help (yandex.ru/support/direct/ru/statistics/url-tags-for-camping): parameters of the
group, or else of the campaign, are added to the ad's link and win where both name one.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.model import Campaign, Company
from sandbox.simulation.direct_ads import Ad, AdGroup, ad_days, ad_groups, ads

Row = dict[str, Any]
MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


def true_links(company: Company) -> Iterator[Row]:
    """One row per ad; ``lacks_utm_source`` is None where the ad has no link of its own."""
    for campaign in company.campaigns:
        groups = {group.id: group for group in ad_groups(campaign)}
        for ad in ads(campaign):
            marks = link_marks(campaign, groups[ad.ad_group_id], ad)
            lacks = not marks["utm_source"]
            yield {
                "login": campaign.login,
                "campaign_id": campaign.id,
                "ad_group_id": ad.ad_group_id,
                "ad_id": ad.id,
                **marks,
                "lacks_utm_source": None if lacks and ad.href is None else lacks,
            }


def link_marks(campaign: Campaign, group: AdGroup, ad: Ad) -> dict[str, str | None]:
    """The five marks of an ad's link, with what is known of the ad filled in."""
    own = dict(parse_qsl(urlsplit(ad.href or "").query))
    added = dict(parse_qsl(group.tracking_params or campaign.tracking_params))
    return {mark: _filled((own | added).get(mark), campaign, ad) for mark in MARKS}


def _filled(text: str | None, campaign: Campaign, ad: Ad) -> str | None:
    if text is None:
        return None
    known = {
        "{campaign_id}": campaign.id,
        "{campaign_name}": campaign.name,
        "{gbid}": ad.ad_group_id,
        "{ad_id}": ad.id,
    }
    for macro, value in known.items():
        text = text.replace(macro, str(value))
    return text


def true_costs(company: Company) -> Iterator[Row]:
    """One row per campaign and day: its cost, and how much of it stands under which bucket."""
    by_ad: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    unnamed: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for part in ad_days(company, company.spend):
        place = unnamed if part.ad_id is None else by_ad
        place[part.campaign_id, part.day] += part.cost
    logins = {campaign.id: campaign.login for campaign in company.campaigns}
    for row in company.spend:
        key = (row.campaign_id, row.day)
        yield {
            "login": logins[row.campaign_id],
            "campaign_id": row.campaign_id,
            "spend_on": row.day,
            "cost_gross": row.cost,
            "under_ads": by_ad[key],
            "under_no_ad": unnamed[key],
            "not_in_ad_detail": row.cost - by_ad[key] - unnamed[key],
        }
