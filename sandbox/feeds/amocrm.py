"""The CRM, behind a service that speaks API v4."""

from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.amocrm import create_app
from sandbox.simulation.crm_truth import truth


def config(_: Company, url: str) -> str:
    return section("amocrm", base_url=url, auth="token")


def secrets(app: Starlette) -> dict[str, str]:
    keys = app.state.credentials
    return {
        "SOURCES__AMOCRM__ACCESS_TOKEN": keys.access_token,
        "SOURCES__AMOCRM__CLIENT_ID": keys.client_id,
        "SOURCES__AMOCRM__CLIENT_SECRET": keys.client_secret,
        "SOURCES__AMOCRM__REFRESH_TOKEN": keys.refresh_token,
    }


FEED = Feed("amocrm", config, create_app, secrets, truth=truth)
