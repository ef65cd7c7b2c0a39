"""Rates of exchange: the bank of Russia's, day by day, and those a company brings as files."""

from collections.abc import Iterator
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.columns import CONTRACT
from ingestion.file_order import FileOrder
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.inbox import FileTable, InboxFile, file_resources
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.currency_rates import settings as tables
from ingestion.sources.currency_rates.config import CurrencyRatesSection
from ingestion.sources.currency_rates.doctor import doctor
from ingestion.sources.currency_rates.feed import feed_rates
from ingestion.sources.currency_rates.files import (
    RatesFile,
    file_row,
    open_inbox,
    quarantine_rows,
    rate_rows,
)

# Of several contents a file has had only the latest counts.
_PROBLEMS = """
with latest as (
    select * from raw_currency_rates.files
    qualify row_number() over (
        partition by file_name order by load_number desc, modified_at desc, file_sha256
    ) = 1
)

select
    case when row_number = 0 then 'unreadable_file' else 'unreadable_row' end as kind,
    file_name as subject,
    null::decimal(18, 2) as amount,
    count(*) as rows,
    case when min(row_number) > 0 then 'row ' || min(row_number) || ': ' else '' end
        || arg_min(reason, row_number) as detail
from raw_currency_rates.quarantine
where
    file_sha256 in (select file_sha256 from latest)
    or file_sha256 not in (select file_sha256 from raw_currency_rates.files)
group by all
order by subject, kind
"""


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """Four tables: feed_rates, where whole (currency, day) partitions are replaced, and the files'.

    A file is taken once, by its content; which of two counts for a day is decided in the models.
    """
    inbox = open_inbox(settings)
    order = FileOrder()

    def rows() -> Iterator[Any]:
        yield from feed_rates(settings, clock)

    def file_rows(file: InboxFile, parsed: RatesFile) -> Iterator[dict[str, Any]]:
        if not file.problem:  # bytes that could not be read have no identity yet
            number = order.number(dlt.current.resource_state(), file.sha256)
            yield file_row(file, parsed, number, settings.now())

    def resources() -> list[DltResource]:
        place = ("file_sha256", "sheet", "row_number")
        return [
            dlt.resource(
                rows,
                name="feed_rates",
                write_disposition="merge",
                merge_key=["currency", "rate_on"],
                columns=tables.FEED_COLUMNS,
                schema_contract=CONTRACT,
            ),
            *file_resources(
                inbox,
                [
                    FileTable("file_rates", place, tables.FILE_RATE_COLUMNS, rate_rows),
                    FileTable("files", ("file_sha256",), tables.FILE_COLUMNS, file_rows),
                    FileTable("quarantine", place, tables.QUARANTINE_COLUMNS, quarantine_rows),
                ],
            ),
        ]

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


def _dbt_vars(settings: Settings) -> dict[str, str]:
    return {"rate_carry_days": str(settings.section(CurrencyRatesSection).carry_days)}


SOURCE = SourceSpec(
    name=tables.NAME,
    title="Rates of exchange (bank of Russia)",
    title_ru="Курсы валют (Банк России)",
    section=CurrencyRatesSection,
    brings=frozenset({"rates"}),
    build=build,
    doctor=doctor,
    problems=_PROBLEMS,
    dbt_vars=_dbt_vars,
)
