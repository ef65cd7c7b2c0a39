"""T-Bank: operations of the company's accounts, and the bank's balances to tie them to."""

import contextlib

from dlt.extract import DltSource

from ingestion.bank_months import BankSource, Month
from ingestion.days import Span
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.tbank.client import TbankClient
from ingestion.sources.tbank.config import TbankSection
from ingestion.sources.tbank.doctor import doctor
from ingestion.sources.tbank.problems import PROBLEMS
from ingestion.sources.tbank.rows import operation_rows, statement_row
from ingestion.sources.tbank.settings import (
    NAME,
    OPERATION_COLUMNS,
    PAGE,
    SINCE,
    STATEMENT_COLUMNS,
    ZONE,
)


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK, page: int = PAGE) -> DltSource:
    """Two tables: operations, which whole (account, day) partitions replace, and statements."""
    section = settings.section(TbankSection)

    def open_client() -> contextlib.closing[TbankClient]:
        return contextlib.closing(TbankClient(section, clock, page))

    def read(client: TbankClient, account: str, span: Span) -> Month:
        statement = client.statement(account, span)
        rows = operation_rows(statement, settings.company.currency, settings.now())
        return rows, statement_row(statement, rows, settings.now())

    return BankSource(
        NAME,
        "operations",
        OPERATION_COLUMNS,
        STATEMENT_COLUMNS,
        accounts=section.accounts,
        history_months=section.history_months,
        lookback_days=section.lookback_days,
        zone=ZONE,
        open_client=open_client,
        read=read,
        since=SINCE,
    ).build(settings)


SOURCE = SourceSpec(
    name=NAME,
    title="T-Bank",
    title_ru="Т-Банк",
    section=TbankSection,
    brings=frozenset({"money"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
