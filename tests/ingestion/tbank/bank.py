"""Loads from the served T-Bank, and what has to come out of them."""

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ingestion.pipeline import Loaded
from ingestion.settings import Settings
from ingestion.sources.tbank import SOURCE, build
from sandbox.running import Services
from sandbox.simulation.acquiring import ONLINE_ACCOUNT
from sandbox.simulation.bank_api import Account, Operation
from tests.ingestion import bank_company
from tests.ingestion.scripted import FakeClock

MAIN = bank_company.company().own_accounts[0]
FIRST = date(2026, 8, 1)
TODAY = date(2026, 10, 31)


def settings_for(services: Services, folder: Path, *accounts: str, **section: Any) -> Settings:
    return bank_company.settings_for(
        folder,
        "tbank",
        **{
            "base_url": services.url("tbank") + "/openapi/api",
            "accounts": accounts or (MAIN, ONLINE_ACCOUNT),
            "history_months": 2,  # one round
            **section,
        },
    )


def load(settings: Settings, page: int = 1000, as_of: datetime | None = None) -> Loaded:
    make = partial(build, clock=FakeClock(), page=page)
    return bank_company.load(SOURCE, settings, make, as_of)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    return bank_company.query(settings, "raw_tbank", sql)


def account(services: Services, number: str = MAIN) -> Account:
    found: Account = services.app("tbank").state.statements.accounts[number]
    return found


def newest(services: Services) -> Operation:
    """The last booked operation of the main account."""
    return account(services).operations[-1]


BOOKED = """
    select account_number, count(*), sum(case direction when 'in' then amount else -amount end)
    from operations where operation_status = 'Transaction' group by all order by all
"""


def truth(services: Services) -> list[tuple[str, int, Decimal]]:
    """What ``BOOKED`` has to give, from ``FIRST`` on."""
    found = []
    for number in sorted((MAIN, ONLINE_ACCOUNT)):
        held = account(services, number).operations
        booked = [o for o in held if not o.is_hold and o.document.day >= FIRST]
        found.append((number, len(booked), sum((o.signed for o in booked), Decimal(0))))
    return found
