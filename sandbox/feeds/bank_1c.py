"""Bank statements as files in the 1C exchange format."""

from pathlib import Path

from sandbox.bank import write_statements
from sandbox.feed import Feed, section
from sandbox.model import Company


def config(company: Company, _: str) -> str:
    return section("bank_1c", own_accounts=company.own_accounts)


def write_files(company: Company, inbox: Path) -> None:
    write_statements(company, inbox / "bank")


FEED = Feed("bank_1c", config, write_files=write_files)
