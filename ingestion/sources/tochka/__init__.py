"""Tochka: transactions of the company's accounts, and the bank's balances to tie them to."""

import contextlib

from dlt.extract import DltSource

from ingestion.bank_months import BankSource, Month
from ingestion.days import Span
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.tochka.client import TochkaClient
from ingestion.sources.tochka.config import TochkaSection
from ingestion.sources.tochka.doctor import doctor
from ingestion.sources.tochka.problems import PROBLEMS
from ingestion.sources.tochka.rows import statement_row, transaction_rows
from ingestion.sources.tochka.settings import NAME, STATEMENT_COLUMNS, TRANSACTION_COLUMNS, ZONE


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """Two tables: transactions, which whole (account, day) partitions replace, and statements."""
    section = settings.section(TochkaSection)

    def open_client() -> contextlib.closing[TochkaClient]:
        return contextlib.closing(TochkaClient(settings, clock))

    def read(client: TochkaClient, account: str, span: Span) -> Month:
        statement = client.statement(account, span)
        rows = transaction_rows(statement, settings.company.currency, settings.now())
        return rows, statement_row(statement, rows, settings.now())

    return BankSource(
        NAME,
        "transactions",
        TRANSACTION_COLUMNS,
        STATEMENT_COLUMNS,
        accounts=section.accounts,
        history_months=section.history_months,
        lookback_days=section.lookback_days,
        zone=ZONE,
        open_client=open_client,
        read=read,
    ).build(settings)


SOURCE = SourceSpec(
    name=NAME,
    title="Tochka",
    title_ru="Точка",
    section=TochkaSection,
    brings=frozenset({"money"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
