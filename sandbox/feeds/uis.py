"""Call tracking, behind a service that speaks the Data API 2.0 of UIS and CoMagic."""

from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.uis import create_app
from sandbox.simulation.calls import truth


def config(company: Company, url: str) -> str:
    months = company.spec.months + 1
    return section(
        "uis", base_url=url, history_months=months, days_per_round=89, requests_per_second=10
    )


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__UIS__ACCESS_TOKEN": app.state.account.token}


FEED = Feed("uis", config, create_app, secrets, truth=truth)
