"""The call tracking of the company's first months, behind a service like Calltouch's."""

from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.calltouch import create_app
from sandbox.servers.calltouch.app import SITE_ID
from sandbox.simulation.calls import truth


def config(company: Company, url: str) -> str:
    return section(
        "calltouch",
        base_url=url,
        site_ids=[SITE_ID],
        history_months=company.spec.months + 1,
        days_per_round=90,
        request_days=31,
        requests_per_second=10,
    )


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__CALLTOUCH__CLIENT_API_ID": app.state.account.token}


FEED = Feed("calltouch", config, create_app, secrets, truth=truth)
