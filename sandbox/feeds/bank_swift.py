"""Statements of an account abroad as files in camt.053 and MT940."""

from pathlib import Path

import pyarrow as pa

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.simulation.foreign_account import ACCOUNT, CURRENCY, foreign_movements
from sandbox.swift_files import write_swift_statements
from sandbox.truth import MONEY


def config(_: Company, __: str) -> str:
    return section("bank_swift")


def write_files(company: Company, inbox: Path) -> None:
    write_swift_statements(company, inbox / "bank")


def truth(company: Company) -> dict[str, pa.Table]:
    """``foreign_payments``: what moved on the account."""
    columns = {
        "document_number": pa.string(),
        "own_account": pa.string(),
        "booked_on": pa.date32(),
        "direction": pa.string(),
        "payment_class": pa.string(),
        "amount": MONEY,
        "currency": pa.string(),
    }
    rows = [
        {
            "document_number": movement.reference,
            "own_account": ACCOUNT,
            "booked_on": movement.day,
            "direction": "in" if movement.incoming else "out",
            "payment_class": movement.payment_class,
            "amount": movement.signed,
            "currency": CURRENCY,
        }
        for movement in foreign_movements(company)
    ]
    return {"foreign_payments": pa.Table.from_pylist(rows, schema=pa.schema(columns.items()))}


FEED = Feed("bank_swift", config, write_files=write_files, truth=truth)
