"""Yandex Direct: campaigns, and what each cost on each day."""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion.errors import ConfigError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.yandex_direct import settings as tables
from ingestion.sources.yandex_direct.client import TRACKED_TYPES, DirectClient
from ingestion.sources.yandex_direct.config import YandexDirectSection
from ingestion.sources.yandex_direct.daily import Row, Span, fetch_parts, read_report, spans
from ingestion.sources.yandex_direct.doctor import doctor


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> DltSource:
    """Two tables: campaigns, and campaign_daily, which whole (login, day) partitions replace."""
    section = settings.section(YandexDirectSection)

    def logins() -> tuple[str, ...]:
        if not section.logins:
            raise ConfigError(
                "yandex_direct: no cabinet is named; put its login into "
                'sources.yandex_direct.logins in company.toml, e.g. logins = ["my-company"]'
            )
        return section.logins

    def open_client() -> contextlib.closing[DirectClient]:
        return contextlib.closing(DirectClient(section, secrets.token_hex(4), clock))

    def campaigns() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even for an empty cabinet
        with open_client() as client:
            for login in logins():
                yield [
                    {"login": login, "last_seen_at": settings.now(), **_campaign(item)}
                    for item in client.campaigns(login)
                ]

    def campaign_daily() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        # committed together with the rows: an interrupted load asks for the same days again
        loaded: dict[str, list[str]] = dlt.current.resource_state().setdefault("days", {})
        today = settings.now().astimezone(tables.ZONE).date()
        with open_client() as client:
            for login in logins():
                known = _span(loaded.get(login))
                asked = spans(today, section, known)
                yield from daily_rows(client, login, today, asked)
                first, last = known or asked[0]
                loaded[login] = [
                    min(first, asked[0][0]).isoformat(),
                    max(last, today).isoformat(),
                ]

    def daily_rows(
        client: DirectClient, login: str, today: date, asked: list[Span]
    ) -> Iterator[list[Row]]:
        currency = client.currency(login)

        def fetch(date_from: date, date_to: date) -> bytes:
            return client.report(login, date_from, date_to)

        for span in asked:
            for part, text in fetch_parts(fetch, *span):
                yield read_report(text, part, login, currency, today, settings.now())

    def resources() -> list[DltResource]:
        return [
            dlt.resource(
                campaigns,
                name="campaigns",
                write_disposition="merge",
                primary_key=["login", "campaign_id"],
                columns=tables.CAMPAIGN_COLUMNS,
                schema_contract=tables.CONTRACT,
            ),
            dlt.resource(
                campaign_daily,
                name="campaign_daily",
                write_disposition="merge",
                merge_key=["login", "spend_on"],
                columns=tables.DAILY_COLUMNS,
                schema_contract=tables.CONTRACT,
            ),
        ]

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


def _span(days: list[str] | None) -> Span | None:
    return (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None


def _campaign(item: dict[str, Any]) -> Row:
    settings_of_type: dict[str, Any] = next(
        (item[kind] for kind in TRACKED_TYPES if isinstance(item.get(kind), dict)), {}
    )
    return {
        "campaign_id": item["Id"],
        "name": item.get("Name"),
        "type": item.get("Type"),
        "status": item.get("Status"),
        "state": item.get("State"),
        "currency": item.get("Currency"),
        "time_zone": item.get("TimeZone"),
        "start_date": item.get("StartDate"),
        "tracking_params": settings_of_type.get("TrackingParams") or None,
    }


SOURCE = SourceSpec(
    name=tables.NAME,
    title="Yandex Direct",
    title_ru="Яндекс Директ",
    section=YandexDirectSection,
    brings=frozenset({"spend"}),
    build=build,
    doctor=doctor,
)
