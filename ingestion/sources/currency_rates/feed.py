"""The bank's rates as rows: what to ask for, and a row for a day on which none was set."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import dlt

from ingestion import rounds
from ingestion.columns import Row
from ingestion.days import DayCursor, Span, Window, count_days, each_day, months_back
from ingestion.errors import ConfigError
from ingestion.guards import VolumeGuard
from ingestion.http import Clock
from ingestion.settings import Settings
from ingestion.sources.currency_rates import settings as tables
from ingestion.sources.currency_rates.bank_xml import Rate
from ingestion.sources.currency_rates.client import RatesClient
from ingestion.sources.currency_rates.config import CurrencyRatesSection


def wanted(settings: Settings) -> list[str]:
    """The currencies to ask for: those of the settings, and the company's own."""
    section = settings.section(CurrencyRatesSection)
    codes = dict.fromkeys((*section.currencies, settings.company.currency))
    return [code for code in codes if code != "RUB"]


def feed_rates(settings: Settings, clock: Clock) -> Iterator[Any]:
    """Rows of ``feed_rates``; whole (currency, day) partitions are replaced."""
    yield dlt.mark.materialize_table_schema()
    section = settings.section(CurrencyRatesSection)
    if not section.use_feed:
        return
    # committed together with the rows: an interrupted load asks for the same days again
    state = dlt.current.resource_state()
    today = settings.now().astimezone(tables.ZONE).date()
    start = months_back(today, section.history_months)
    cursor = DayCursor(state, Window(today, start, section.lookback_days, tables.DAYS_PER_ROUND))
    guard = VolumeGuard(tables.NAME, "feed_rates", state, settings)
    with contextlib.closing(RatesClient(section, clock)) as client:
        # ids outlive the list: the bank may stop setting a rate that history needs
        ids: dict[str, str] = state.setdefault("bank_ids", {})
        ids |= {rate.code: rate.bank_id for rate in client.day(today)}
        for currency in wanted(settings):
            span = cursor.span(currency)
            if span is None:
                continue
            found = client.history(_id_of(currency, ids), *span)
            counts = count_days((rate.day for rate in found), span)
            guard.check_days(currency, counts, settled_before=today)
            cursor.done(currency, span)
            yield _rows(currency, found, span, settings.now())
    rounds.unfinished(state, cursor.close())


def _id_of(currency: str, ids: dict[str, str]) -> str:
    if currency not in ids:
        raise ConfigError(
            f"{tables.NAME}: the bank of Russia sets no rate for {currency}; take it out of "
            "sources.currency_rates.currencies in company.toml and bring its rates as a file"
        )
    return ids[currency]


def _rows(currency: str, rates: list[Rate], span: Span, requested_at: datetime) -> list[Row]:
    by_day = {rate.day: rate for rate in rates}
    rows = []
    for day in each_day(span):
        rate = by_day.get(day)
        rows.append(
            {
                "currency": currency,
                "rate_on": day,
                "bank_id": rate.bank_id if rate else None,
                "nominal": rate.nominal if rate else None,
                "value": rate.value if rate else None,
                "unit_rate": rate.unit_rate if rate else None,
                "is_empty_day": rate is None,
                "requested_at": requested_at,
            }
        )
    return rows
