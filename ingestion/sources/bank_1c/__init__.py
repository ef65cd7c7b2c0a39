"""Bank statements in the 1C exchange format (1CClientBankExchange), from a folder."""

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.columns import Row
from ingestion.inbox import FileTable, InboxFile, file_resources
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.bank_1c import settings as tables
from ingestion.sources.bank_1c.config import Bank1cSection
from ingestion.sources.bank_1c.doctor import doctor
from ingestion.sources.bank_1c.exchange import ExchangeFile
from ingestion.sources.bank_1c.inbox import open_inbox
from ingestion.sources.bank_1c.rows import document_rows, file_row, quarantine_rows, statement_rows

# Of several contents a file has had only the latest counts: a statement downloaded again under the
# same name mends the earlier one.
_PROBLEMS = """
with latest as (
    select file_sha256 from raw_bank_1c.files
    qualify row_number() over (partition by file_name order by loaded_at desc, file_sha256) = 1
),

differing as (
    select
        file_name, tie_message, block_index,
        abs(coalesce(total_in - sum_in, 0)) + abs(coalesce(total_out - sum_out, 0)) as amount
    from raw_bank_1c.statements semi join latest using (file_sha256)
    where totals_tie = false
),

unreadable as (
    select * from raw_bank_1c.quarantine
    where
        file_sha256 in (from latest)
        -- bytes that could not be read have no row in files
        or file_sha256 not in (select file_sha256 from raw_bank_1c.files)
)

select
    'totals_do_not_tie' as kind, file_name as subject,
    nullif(sum(amount), 0)::decimal(18, 2) as amount, count(*) as rows,
    arg_min(tie_message, block_index) as detail
from differing
group by file_name
union all
select
    case when line_number = 0 then 'unreadable_file' else 'unreadable_row' end as kind,
    file_name, null, count(*), arg_min(reason, line_number)
from unreadable
group by all
order by subject, kind
"""


def build(settings: Settings) -> DltSource:
    """Four tables of one folder: documents, statements, files, quarantine.

    A file is taken once, by its content: a later run passes it by unless the company's own
    accounts, which decide directions, have changed since.
    """
    inbox = open_inbox(settings)

    def file_rows(file: InboxFile, parsed: ExchangeFile) -> list[Row]:
        row = file_row(file, parsed, settings.now())
        return [row] if row else []

    def resources() -> list[DltResource]:
        return file_resources(
            inbox,
            [
                FileTable("documents", ("document_key",), tables.DOCUMENT_COLUMNS, document_rows),
                FileTable(
                    "statements",
                    ("file_sha256", "block_index"),
                    tables.STATEMENT_COLUMNS,
                    statement_rows,
                ),
                FileTable("files", ("file_sha256",), tables.FILE_COLUMNS, file_rows),
                FileTable(
                    "quarantine",
                    ("file_sha256", "line_number"),
                    tables.QUARANTINE_COLUMNS,
                    quarantine_rows,
                ),
            ],
        )

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=tables.NAME,
    title="Bank statements (1C exchange files)",
    title_ru="Выписки банка (1С)",
    section=Bank1cSection,
    brings=frozenset({"money"}),
    build=build,
    doctor=doctor,
    problems=_PROBLEMS,
)
