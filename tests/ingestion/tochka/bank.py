"""Loads from the served Tochka, and what has to come out of them."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ingestion.pipeline import Loaded
from ingestion.settings import Settings
from ingestion.sources.tochka import SOURCE, build
from sandbox.running import Services
from sandbox.servers.tochka.render import BIC
from sandbox.simulation.bank_api import Account
from tests.ingestion import bank_company
from tests.ingestion.scripted import FakeClock

NUMBER = bank_company.company().own_accounts[1]
ACCOUNT = f"{NUMBER}/{BIC}"
FIRST, TODAY = date(2026, 8, 1), date(2026, 10, 31)
ORDERS = ("POST", "/uapi/open-banking/v1.0/statements")


def settings_for(services: Services, folder: Path, *accounts: str, **section: Any) -> Settings:
    return bank_company.settings_for(
        folder,
        "tochka",
        **{
            "base_url": services.url("tochka") + "/uapi",
            "accounts": accounts or (ACCOUNT,),
            "history_months": 2,  # one round
            **section,
        },
    )


def load(
    settings: Settings, as_of: datetime | None = None, clock: FakeClock | None = None
) -> Loaded:
    make = partial(build, clock=clock or FakeClock())
    return bank_company.load(SOURCE, settings, make, as_of)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    return bank_company.query(settings, "raw_tochka", sql)


def problems(settings: Settings) -> list[tuple[Any, ...]]:
    return bank_company.query(settings, "raw_tochka", SOURCE.problems)


def account(services: Services) -> Account:
    found: Account = services.app("tochka").state.statements.accounts[ACCOUNT]
    return found


def looks(services: Services) -> Counter[str]:
    """How often each statement was looked at, by its id."""
    log = services.traffic("tochka").log
    return Counter(seen.path.rsplit("/")[-1] for seen in log if seen.method == "GET")


BOOKED = """
    select count(*), sum(case direction when 'in' then amount else -amount end)
    from transactions where status = 'Booked'
"""


def truth(services: Services) -> list[tuple[int, Decimal]]:
    """What ``BOOKED`` has to give, from ``FIRST`` on."""
    booked = [o for o in account(services).operations if o.document.day >= FIRST]
    return [(len(booked), sum((o.signed for o in booked), Decimal(0)))]
