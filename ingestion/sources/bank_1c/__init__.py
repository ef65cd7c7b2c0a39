"""Bank statements in the 1C exchange format (1CClientBankExchange), from a folder."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.bank_1c import settings as tables
from ingestion.sources.bank_1c.doctor import doctor
from ingestion.sources.bank_1c.exchange import ExchangeFile
from ingestion.sources.bank_1c.inbox import Inbox, InboxFile
from ingestion.sources.bank_1c.rows import (
    Row,
    document_rows,
    file_row,
    quarantine_rows,
    statement_rows,
)

_UNREADABLE = "unreadable"
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

MakeRows = Callable[[InboxFile, ExchangeFile], Iterable[Row]]


def build(settings: Settings) -> DltSource:
    """Four tables of one folder: documents, statements, files, quarantine.

    A file is taken once, by its content: a later run passes it by unless the company's own
    accounts, which decide directions, have changed since.
    """
    inbox = Inbox(settings)

    def file_rows(file: InboxFile, parsed: ExchangeFile) -> list[Row]:
        row = file_row(file, parsed, settings.now())
        return [row] if row else []

    def resources() -> list[DltResource]:
        return [
            _table(inbox, "documents", ["document_key"], tables.DOCUMENT_COLUMNS, document_rows),
            _table(
                inbox,
                "statements",
                ["file_sha256", "block_index"],
                tables.STATEMENT_COLUMNS,
                statement_rows,
            ),
            _table(inbox, "files", ["file_sha256"], tables.FILE_COLUMNS, file_rows),
            _table(
                inbox,
                "quarantine",
                ["file_sha256", "line_number"],
                tables.QUARANTINE_COLUMNS,
                quarantine_rows,
            ),
        ]

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


def _table(
    inbox: Inbox, name: str, key: list[str], columns: tables.Columns, make_rows: MakeRows
) -> DltResource:
    def rows() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even when nothing is new
        taken: dict[str, str] = dlt.current.resource_state().setdefault("files", {})
        seen: set[tuple[Any, ...]] = set()
        present = set()
        for file in inbox.files():
            present.add(file.sha256)
            if taken.get(file.sha256) == inbox.fingerprint:
                continue
            if file.sha256 in taken and key != ["file_sha256"]:  # there the new row replaces it
                yield _tombstone(file.sha256, key, columns)
            batch = []
            for row in make_rows(file, inbox.read(file)):
                # the same movement in two overlapping files of one run
                identity = tuple(row[column] for column in key)
                if identity not in seen:
                    seen.add(identity)
                    batch.append(row)
            yield batch
            # a file that could not be opened is tried again on the next run
            taken[file.sha256] = inbox.fingerprint if file.content is not None else _UNREADABLE
        for sha256, state in list(taken.items()):
            if state == _UNREADABLE and sha256 not in present:
                yield _tombstone(sha256, key, columns)
                del taken[sha256]

    resource: DltResource = dlt.resource(
        rows,
        name=name,
        write_disposition="merge",
        primary_key=key,
        merge_key="file_sha256",
        columns=columns,
        schema_contract=tables.CONTRACT,
    )
    return resource


def _tombstone(sha256: str, key: list[str], columns: tables.Columns) -> Row:
    """A row that deletes what was loaded of a file and is not kept itself."""
    blank = {"text": f"superseded {sha256}", "bigint": -1}
    keys = {column: blank[columns[column]["data_type"]] for column in key}
    return {**keys, "file_sha256": sha256, tables.TOMBSTONE: True}


SOURCE = SourceSpec(
    name=tables.NAME,
    title="Bank statements (1C exchange files)",
    title_ru="Выписки банка (1С)",
    build=build,
    doctor=doctor,
    problems=_PROBLEMS,
)
