"""UIS and CoMagic: calls, forms (offline messages) and chats, those the CRM never saw included."""

import contextlib
from collections.abc import Iterator
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion import rounds
from ingestion.columns import CONTRACT
from ingestion.days import DayCursor, Window, count_days, months_back
from ingestion.guards import VolumeGuard
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.uis.client import PAGE, UisClient, zone_of
from ingestion.sources.uis.config import UisSection
from ingestion.sources.uis.doctor import doctor
from ingestion.sources.uis.problems import PROBLEMS
from ingestion.sources.uis.rows import bounds, counted, report_rows
from ingestion.sources.uis.settings import NAME, REPORTS, Report


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK, page: int = PAGE) -> DltSource:
    """A table a report, which whole (account, day) partitions replace."""
    section = settings.section(UisSection)

    def days_of(report: Report) -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even for a silent account
        if report.table not in section.reports:
            return
        # committed together with the rows: an interrupted load asks for the same days again
        state = dlt.current.resource_state()
        with contextlib.closing(UisClient(section, clock, page)) as client:
            account = client.account()
            zone, now = zone_of(section, account, settings.zone), settings.now()
            today = now.astimezone(zone).date()
            start = months_back(today, section.history_months)
            window = Window(today, start, section.lookback_days, section.days_per_round)
            cursor, key = DayCursor(state, window), str(account.id)
            span = cursor.span(key)
            if span is not None:
                records = client.report(report, *bounds(span, now, zone))
                rows = report_rows(report, records, span, account.id, zone, now)
                guard = VolumeGuard(NAME, report.table, state, settings)
                guard.check_days(key, count_days(counted(rows, report), span), today)
                cursor.done(key, span)
                yield rows
            rounds.unfinished(state, cursor.close())

    def resources() -> list[DltResource]:
        return [
            dlt.resource(
                days_of,
                name=report.table,
                write_disposition="merge",
                merge_key=["account_id", report.day],
                columns=report.columns,
                schema_contract=CONTRACT,
            )(report)
            for report in REPORTS
        ]

    source: DltSource = dlt.source(resources, name=NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=NAME,
    title="UIS / CoMagic",
    title_ru="UIS / CoMagic",
    section=UisSection,
    brings=frozenset({"inquiries"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
