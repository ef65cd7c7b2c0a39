"""The VK Ads cabinet, behind a service that speaks VK's API v2."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pyarrow as pa
from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.vk_ads import create_app
from sandbox.simulation.vk_ads import cabinets

# One row per cabinet, campaign and day with a show; a banner in no list counts in its campaign.
VK_SPEND = pa.schema(
    [
        ("cabinet", pa.string()),
        ("campaign_id", pa.string()),
        ("spend_on", pa.date32()),
        ("impressions", pa.int64()),
        ("clicks", pa.int64()),
        ("cost_gross", pa.decimal128(18, 2)),
    ]
)


def config(company: Company, url: str) -> str:
    names = [cabinet.name for cabinet in cabinets(company)]
    days = (company.spec.months + 1) * 31
    return section(
        "vk_ads", base_url=url, cabinets=names, history_days=days, requests_per_second=20
    )


def secrets(app: Starlette) -> dict[str, str]:
    keys = app.state.access.credentials("own")
    return {
        "SOURCES__VK_ADS__CLIENT_ID": keys.client_id,
        "SOURCES__VK_ADS__CLIENT_SECRET": keys.client_secret,
    }


def truth(company: Company) -> dict[str, pa.Table]:
    rows = []
    for cabinet in cabinets(company):
        group_of = {banner.id: banner.ad_group_id for banner in cabinet.banners}
        plan_of = {group.id: group.ad_plan_id for group in cabinet.groups}
        totals: dict[tuple[int, date], tuple[int, int, Decimal]] = defaultdict(
            lambda: (0, 0, Decimal(0))
        )
        for row in cabinet.days:
            key = (plan_of[group_of[row.banner_id]], row.day)
            shows, clicks, spent = totals[key]
            totals[key] = (shows + row.shows, clicks + row.clicks, spent + row.spent)
        rows += [
            {
                "cabinet": cabinet.name,
                "campaign_id": str(plan_id),
                "spend_on": day,
                "impressions": shows,
                "clicks": clicks,
                "cost_gross": spent,
            }
            for (plan_id, day), (shows, clicks, spent) in sorted(totals.items())
        ]
    return {"vk_spend": pa.Table.from_pylist(rows, schema=VK_SPEND)}


FEED = Feed("vk_ads", config, create_app, secrets, truth=truth)
