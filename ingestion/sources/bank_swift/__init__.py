"""Bank statements in camt.053 and MT940, from the folder that all statements are dropped into."""

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.columns import Row
from ingestion.inbox import FileTable, InboxFile, file_resources
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.bank_swift import settings as tables
from ingestion.sources.bank_swift.config import BankSwiftSection
from ingestion.sources.bank_swift.doctor import doctor
from ingestion.sources.bank_swift.inbox import open_inbox
from ingestion.sources.bank_swift.problems import PROBLEMS
from ingestion.sources.bank_swift.rows import (
    document_rows,
    file_row,
    quarantine_rows,
    statement_rows,
)
from ingestion.sources.bank_swift.settings import NAME
from ingestion.sources.bank_swift.statement import StatementFile


def build(settings: Settings) -> DltSource:
    """Four tables of one folder: documents, statements, files, quarantine."""
    inbox = open_inbox(settings)

    def file_rows(file: InboxFile, parsed: StatementFile) -> list[Row]:
        row = file_row(file, parsed, settings.now())
        return [row] if row else []

    def resources() -> list[DltResource]:
        return file_resources(
            inbox,
            [
                FileTable("documents", ("document_key",), tables.DOCUMENT_COLUMNS, document_rows),
                FileTable(
                    "statements",
                    ("file_sha256", "statement_index"),
                    tables.STATEMENT_COLUMNS,
                    statement_rows,
                ),
                FileTable("files", ("file_sha256",), tables.FILE_COLUMNS, file_rows),
                FileTable(
                    "quarantine",
                    ("file_sha256", "entry_number"),
                    tables.QUARANTINE_COLUMNS,
                    quarantine_rows,
                ),
            ],
        )

    source: DltSource = dlt.source(resources, name=NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=NAME,
    title="Bank statements (camt.053, MT940)",
    title_ru="Выписки банка (camt.053, MT940)",
    section=BankSwiftSection,
    brings=frozenset({"money"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
