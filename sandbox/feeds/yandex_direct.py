"""The ad cabinet, behind a service that speaks Direct's API v5."""

from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.yandex_direct import create_app


def config(company: Company, url: str) -> str:
    logins = list(dict.fromkeys(campaign.login for campaign in company.campaigns))
    months = company.spec.months + 1
    return section("yandex_direct", base_url=url, logins=logins, history_months=months)


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__YANDEX_DIRECT__TOKEN": app.state.token}


FEED = Feed("yandex_direct", config, create_app, secrets)
