"""The ad cabinet, behind a service that speaks Direct's API v5."""

import pyarrow as pa
from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.yandex_direct import create_app
from sandbox.simulation.direct_links import MARKS, true_costs, true_links
from sandbox.truth import MONEY

_LINKS = pa.schema(
    [
        ("login", pa.string()),
        ("campaign_id", pa.int64()),
        ("ad_group_id", pa.int64()),
        ("ad_id", pa.int64()),
        *((mark, pa.string()) for mark in MARKS),
        ("lacks_utm_source", pa.bool_()),
    ]
)
_COSTS = pa.schema(
    [
        ("login", pa.string()),
        ("campaign_id", pa.int64()),
        ("spend_on", pa.date32()),
        ("cost_gross", MONEY),
        ("under_ads", MONEY),
        ("under_no_ad", MONEY),
        ("not_in_ad_detail", MONEY),
    ]
)


def config(company: Company, url: str) -> str:
    logins = list(dict.fromkeys(campaign.login for campaign in company.campaigns))
    months = company.spec.months + 1
    return section("yandex_direct", base_url=url, logins=logins, history_months=months)


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__YANDEX_DIRECT__TOKEN": app.state.token}


def truth(company: Company) -> dict[str, pa.Table]:
    return {
        "direct_ad_links": pa.Table.from_pylist(list(true_links(company)), schema=_LINKS),
        "direct_ad_costs": pa.Table.from_pylist(list(true_costs(company)), schema=_COSTS),
    }


FEED = Feed("yandex_direct", config, create_app, secrets, truth=truth)
