"""An account in Tochka, behind a service that speaks its open-banking API."""

from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.tochka import create_app
from sandbox.servers.tochka.render import BIC
from sandbox.simulation.bank_api import tochka_accounts


def config(company: Company, url: str) -> str:
    accounts = [f"{account.number}/{BIC}" for account in tochka_accounts(company)]
    months = company.spec.months + 1
    return section(
        "tochka",
        base_url=f"{url}/uapi",
        accounts=accounts,
        history_months=months,
        requests_per_second=10,
    )


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__TOCHKA__TOKEN": app.state.token}


# What is true of this account stands in the company's own table ``payments``.
FEED = Feed("tochka", config, create_app, secrets)
