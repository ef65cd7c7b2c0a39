"""Calltouch: calls of every site, and requests (forms) of the account."""

import contextlib
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import dlt
from dlt.extract import DltResource, DltSource

from ingestion import rounds
from ingestion.columns import CONTRACT, Row
from ingestion.days import (
    DayCursor,
    Span,
    Window,
    count_days,
    malformed_records,
    months_back,
    parts,
    silent_days,
)
from ingestion.errors import ConfigError
from ingestion.guards import VolumeGuard
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.calltouch.client import PAGE, CalltouchClient
from ingestion.sources.calltouch.config import CalltouchSection
from ingestion.sources.calltouch.doctor import doctor
from ingestion.sources.calltouch.rows import ACCOUNT, call_rows, request_rows
from ingestion.sources.calltouch.settings import NAME, call_columns, request_columns

PROBLEMS = "\nunion all\n".join(
    [
        malformed_records("raw_calltouch.calls", "called_on"),
        malformed_records("raw_calltouch.requests", "sent_on"),
        silent_days("raw_calltouch.calls", "called_on", ("site_id",)),
        silent_days("raw_calltouch.requests", "sent_on"),
    ]
)


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK, page: int = PAGE) -> DltSource:
    """Two tables: calls by (site, day) and requests by day, whole days replaced."""
    section = settings.section(CalltouchSection)
    zone = ZoneInfo(section.timezone)

    def calls() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        if not section.site_ids:
            raise ConfigError(
                "calltouch: no site is named; put the numbers of the sites into "
                'sources.calltouch.site_ids in company.toml, e.g. site_ids = ["12345"]'
            )

        def fetch(client: CalltouchClient, site_id: str, span: Span) -> list[Row]:
            return call_rows(client.calls(site_id, *span), span, site_id, zone, settings.now())

        yield from _round("calls", "called_on", section.site_ids, fetch)

    def requests() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()

        def fetch(client: CalltouchClient, _: str, span: Span) -> list[Row]:
            return [
                row
                for part in parts(span, section.request_days)
                for row in request_rows(client.requests(*part), part, zone, settings.now())
            ]

        yield from _round("requests", "sent_on", (ACCOUNT,), fetch)

    def _round(table: str, day: str, keys: tuple[str, ...], fetch: Any) -> Iterator[list[Row]]:
        # committed together with the rows: an interrupted load asks for the same days again
        state = dlt.current.resource_state()
        today = settings.now().astimezone(zone).date()
        start = months_back(today, section.history_months)
        window = Window(today, start, section.lookback_days, section.days_per_round)
        cursor = DayCursor(state, window)
        guard = VolumeGuard(NAME, table, state, settings)
        with contextlib.closing(CalltouchClient(section, clock, page)) as client:
            for key in keys:
                span = cursor.span(key)
                if span is None:
                    continue
                rows: list[Row] = fetch(client, key, span)
                filled = (row[day] for row in rows if not row["is_empty_day"])
                guard.check_days(key, count_days(filled, span), today)
                cursor.done(key, span)
                yield rows
        rounds.unfinished(state, cursor.close())

    def resources() -> list[DltResource]:
        return [
            dlt.resource(
                calls,
                name="calls",
                write_disposition="merge",
                merge_key=["site_id", "called_on"],
                columns=call_columns(),
                schema_contract=CONTRACT,
            ),
            dlt.resource(
                requests,
                name="requests",
                write_disposition="merge",
                merge_key=["account", "sent_on"],
                columns=request_columns(),
                schema_contract=CONTRACT,
            ),
        ]

    source: DltSource = dlt.source(resources, name=NAME, max_table_nesting=0)()
    return source


SOURCE = SourceSpec(
    name=NAME,
    title="Calltouch",
    title_ru="Calltouch",
    section=CalltouchSection,
    brings=frozenset({"inquiries"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
)
