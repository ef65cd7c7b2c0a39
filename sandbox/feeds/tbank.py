"""Accounts in T-Bank, behind a service that speaks T-API."""

import pyarrow as pa
from starlette.applications import Starlette

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.servers.tbank import create_app
from sandbox.simulation.acquiring import online_sales
from sandbox.simulation.bank_api import tbank_accounts
from sandbox.truth import MONEY


def config(company: Company, url: str) -> str:
    accounts = [account.number for account in tbank_accounts(company)]
    months = company.spec.months + 1
    return section(
        "tbank",
        base_url=f"{url}/openapi/api",
        accounts=accounts,
        history_months=months,
        requests_per_second=20,
    )


def secrets(app: Starlette) -> dict[str, str]:
    return {"SOURCES__TBANK__TOKEN": app.state.token}


def truth(company: Company) -> dict[str, pa.Table]:
    """``online_settlements``: what came to the account that only this bank has."""
    columns = {
        "document_number": pa.string(),
        "own_account": pa.string(),
        "booked_on": pa.date32(),
        "amount": MONEY,
    }
    rows = [
        {
            "document_number": document.number,
            "own_account": document.own_account,
            "booked_on": document.day,
            "amount": document.amount,
        }
        for document in online_sales(company).settlements
    ]
    return {"online_settlements": pa.Table.from_pylist(rows, schema=pa.schema(columns.items()))}


FEED = Feed("tbank", config, create_app, secrets, truth=truth)
