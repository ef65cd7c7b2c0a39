"""Spend of platforms without an API, from CSV files and workbooks in a folder."""

from collections.abc import Iterator
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.file_order import FileOrder
from ingestion.inbox import FileTable, InboxFile, file_resources
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.spend_files import settings as tables
from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.doctor import doctor
from ingestion.sources.spend_files.inbox import open_inbox
from ingestion.sources.spend_files.parse import SpendFile
from ingestion.sources.spend_files.rows import day_rows, file_row, line_rows, quarantine_rows

# Of several contents a file has had only the latest counts: a file that was corrected under the
# same name mends the earlier one. That another file replaces days is told, because two files meant
# to be added would lose money so; stg_spend_files__days decides it, by one more thing: there other
# spellings of a source are the same source.
_PROBLEMS = """
with ordered as (
    select
        *,
        row_number() over (order by load_number, modified_at, file_name, file_sha256) as file_order
    from raw_spend_files.files
),

latest as (
    select * from ordered
    qualify row_number() over (partition by file_name order by file_order desc) = 1
),

periods as (
    select
        coalesce(spend_rows.cabinet, '') as cabinet,
        lower(trim(spend_rows.utm_source)) as source,
        ordered.file_name, ordered.file_order,
        min(spend_rows.date_from) as first_on, max(spend_rows.date_to) as last_on
    from raw_spend_files.spend_rows inner join ordered using (file_sha256)
    group by all
),

superseded as (
    select
        latest.file_name, days.sheet, days.row_number, days.spend_on, days.cost,
        arg_max(periods.file_name, periods.file_order) as superseded_by
    from raw_spend_files.spend_days as days
    inner join raw_spend_files.spend_rows as spend_rows using (file_sha256, sheet, row_number)
    inner join latest on days.file_sha256 = latest.file_sha256
    inner join periods on
        periods.cabinet = coalesce(spend_rows.cabinet, '')
        and periods.source = lower(trim(spend_rows.utm_source))
        and periods.file_order > latest.file_order
        and days.spend_on between periods.first_on and periods.last_on
    group by all
),

unread as (
    select * from raw_spend_files.quarantine
    where
        file_sha256 in (select file_sha256 from latest)
        -- bytes that could not be read have no row in files
        or file_sha256 not in (select file_sha256 from raw_spend_files.files)
)

select
    case
        when row_number > 0 then 'unreadable_row'
        when sheet <> '' then 'unreadable_sheet'
        else 'unreadable_file'
    end as kind,
    file_name as subject,
    sum(cost)::decimal(18, 2) as amount,
    count(*) as rows,
    case when min(row_number) > 0 then 'row ' || min(row_number) || ': ' else '' end
        || arg_min(reason, row_number) as detail
from unread
group by all
union all
select
    'totals_do_not_tie', file_name, abs(cost_stated - cost - cost_quarantined), rows,
    'the total line says ' || cost_stated || ', the rows add up to ' || (cost + cost_quarantined)
from latest
where cost_stated <> cost + cost_quarantined
union all
select
    'unknown_column', 'column ' || column_name, null, count(*),
    'kept in raw_json and read by nobody, e.g. in ' || min(file_name)
from (select file_name, unnest(string_split(unknown_columns, ' | ')) as column_name from latest)
group by column_name
union all
select
    'superseded', file_name, sum(cost)::decimal(18, 2), count(distinct (sheet, row_number)),
    'its days from ' || min(spend_on) || ' to ' || max(spend_on) || ' are those of '
        || string_agg(distinct superseded_by, ', ' order by superseded_by)
        || '; what belongs together goes into one file'
from superseded
group by file_name
order by subject, kind
"""


def build(settings: Settings) -> DltSource:
    """Four tables of one folder: rows as written, the same by day, files, quarantine.

    A file is taken once, by its content. Every content ever taken stays: which of two files counts
    for a day is decided in the models, so that what was replaced can be seen.
    """
    inbox = open_inbox(settings)
    order = FileOrder()

    def file_rows(file: InboxFile, parsed: SpendFile) -> Iterator[dict[str, Any]]:
        if not file.problem:  # bytes that could not be read have no identity yet
            number = order.number(dlt.current.resource_state(), file.sha256)
            yield file_row(file, parsed, number, settings.now())

    def resources() -> list[DltResource]:
        place = ("file_sha256", "sheet", "row_number")
        return file_resources(
            inbox,
            [
                FileTable("spend_rows", place, tables.ROW_COLUMNS, line_rows),
                FileTable("spend_days", (*place, "day_index"), tables.DAY_COLUMNS, day_rows),
                FileTable("files", ("file_sha256",), tables.FILE_COLUMNS, file_rows),
                FileTable("quarantine", place, tables.QUARANTINE_COLUMNS, quarantine_rows),
            ],
        )

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=tables.NAME,
    title="Spend files",
    title_ru="Файлы расходов на рекламу",
    section=SpendFilesSection,
    brings=frozenset({"spend"}),
    build=build,
    doctor=doctor,
    problems=_PROBLEMS,
)
