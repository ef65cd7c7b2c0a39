"""YooKassa: payments that customers made online, and refunds of them."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource

from ingestion import rounds
from ingestion.columns import CONTRACT, Row
from ingestion.days import DayCursor, Span, Window, count_days, months_back
from ingestion.errors import ConfigError
from ingestion.guards import VolumeGuard
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.yookassa import settings as tables
from ingestion.sources.yookassa.client import Listing, YookassaClient
from ingestion.sources.yookassa.config import YookassaSection
from ingestion.sources.yookassa.doctor import doctor
from ingestion.sources.yookassa.problems import PROBLEMS
from ingestion.sources.yookassa.rows import PAYMENT, REFUND, day_rows
from ingestion.sources.yookassa.settings import KEPT, NAME, PAGE, ROUND_DAYS

_FIELDS = {"payments": PAYMENT, "refunds": REFUND}


def build(settings: Settings, clock: Clock = SYSTEM_CLOCK, page: int = PAGE) -> DltSource:
    """Two tables, both replaced by whole (shop, day of creation) partitions; days are UTC's."""
    section = settings.section(YookassaSection)
    today = settings.now().astimezone(UTC).date()

    def days_of(client: YookassaClient, listing: Listing, shop: str, span: Span) -> list[Row]:
        records = client.listed(listing, shop, span, "created_at")
        return day_rows(records, _FIELDS[listing], shop, span, settings.now())

    def captured_late(client: YookassaClient, shop: str, span: Span) -> Iterator[list[Row]]:
        """Days before the span whose payments were captured within it: held longer than usual."""
        late = set()
        for record in client.listed("payments", shop, span, "captured_at"):
            created_at = record.get("created_at") if isinstance(record, dict) else None
            if isinstance(created_at, str):
                late.add(datetime.fromisoformat(created_at).astimezone(UTC).date())
        for day in sorted(day for day in late if day < span[0]):
            yield days_of(client, "payments", shop, (day, day))

    def fetch(listing: Listing) -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even for a silent shop
        if not section.shops:
            raise ConfigError(
                "yookassa: no shop is named; put its shopId into sources.yookassa.shops in "
                "company.toml"
            )
        # committed together with the rows: an interrupted load asks for the same days again
        state = dlt.current.resource_state()
        start = max(today - KEPT, months_back(today, section.history_months))
        cursor = DayCursor(state, Window(today, start, section.lookback_days, ROUND_DAYS))
        guard = VolumeGuard(NAME, listing, state, settings)
        with contextlib.closing(YookassaClient(section, clock, page)) as client:
            for shop in section.shops:
                span = cursor.span(shop)
                if span is None:
                    continue
                rows = days_of(client, listing, shop, span)
                filled = [row["created_on"] for row in rows if not row["is_empty_day"]]
                guard.check_days(shop, count_days(filled, span), today)
                yield rows
                # elsewhere the days before a span are the next round's
                if listing == "payments" and (span[1] == today or span[0] == start):
                    yield from captured_late(client, shop, span)
                cursor.done(shop, span)
        rounds.unfinished(state, cursor.close())

    def resources() -> list[DltResource]:
        hints = {"payments": tables.PAYMENT_COLUMNS, "refunds": tables.REFUND_COLUMNS}
        return [
            dlt.resource(
                fetch,
                name=listing,
                write_disposition="merge",
                merge_key=["shop_id", "created_on"],
                columns=columns,
                schema_contract=CONTRACT,
            )(listing)
            for listing, columns in hints.items()
        ]

    source: DltSource = dlt.source(resources, name=NAME, max_table_nesting=0)()
    return source


def dbt_vars(settings: Settings) -> dict[str, str]:
    """Where the models find the deal that a payment is for."""
    return {"yookassa_deal_id_key": settings.section(YookassaSection).deal_id_key}


SOURCE = SourceSpec(
    name=NAME,
    title="YooKassa",
    title_ru="ЮKassa",
    section=YookassaSection,
    brings=frozenset({"money"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
    dbt_vars=dbt_vars,
)
