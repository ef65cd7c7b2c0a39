"""Reports by day: asked for until they are ready, in spans that Direct can build."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import requests

from ingestion.errors import ServiceUnavailableError
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.passes import DAY, Span

REPORT_LIMIT_SECONDS = 3600.0  # an hour of polling; Direct itself promises no time
MOST_ROWS = 1_000_000  # of one report: Direct leaves the rest out without a word
_DEFAULT_RETRY_IN = 60.0  # Direct's own example waits so long when the header is absent
_FIGURES = ("Impressions", "Clicks", "Cost")


@dataclass(frozen=True)
class ReportKind:
    """What a report is grouped by; ``fields`` come as columns in this order."""

    table: str
    type: str
    fields: tuple[str, ...]


CAMPAIGN_DAILY = ReportKind(
    "campaign_daily",
    "CAMPAIGN_PERFORMANCE_REPORT",
    ("Date", "CampaignId", "CampaignName", "CampaignType", *_FIGURES),
)
AD_DAILY = ReportKind(
    "ad_daily", "AD_PERFORMANCE_REPORT", ("Date", "CampaignId", "AdGroupId", "AdId", *_FIGURES)
)

FetchReport = Callable[[date, date], bytes]


class SpanTooLongError(Exception):
    """Direct cannot give a report whole: its span must be cut."""


def fetch_report(
    client: DirectClient, kind: ReportKind, run_id: str, date_from: date, date_to: date
) -> bytes:
    """Figures by day with VAT, costs in millionths, as TSV with a line of column names.

    Raises:
        SpanTooLongError: cut the span and ask again.
        ServiceUnavailableError: not ready within an hour, or within the run's own time.
    """
    body = _body(client, kind, run_id, date_from, date_to)
    headers = {
        "processingMode": "auto",
        "returnMoneyInMicros": "true",
        "skipReportHeader": "true",
        "skipReportSummary": "true",
    }
    began = client.clock.now()
    until = min(began + REPORT_LIMIT_SECONDS, client.deadline)
    while True:
        # the same body and headers again are the way to ask whether it is ready
        response = client.ask("json/v5/reports", body, headers, until)
        if response.status_code == 502:
            raise SpanTooLongError
        if response.status_code == 200:
            if response.content.count(b"\n") > MOST_ROWS:
                raise SpanTooLongError
            return response.content
        wait = _retry_in(response)
        if client.clock.now() + wait > until:
            raise ServiceUnavailableError(
                f"{client.where}: the report for {date_from} to {date_to} was not ready in "
                f"{(until - began) / 60:.0f} minutes; run again later"
            )
        client.clock.sleep(wait)


def fetch_parts(fetch: FetchReport, date_from: date, date_to: date) -> Iterator[tuple[Span, bytes]]:
    """Reports that cover a span: one, or halves of halves where Direct gives up on the whole."""
    try:
        yield (date_from, date_to), fetch(date_from, date_to)
        return
    except SpanTooLongError:
        days = (date_to - date_from).days
    if not days:
        raise ServiceUnavailableError(
            f"yandex_direct: Direct cannot give even the report for {date_from} alone (502, or "
            f"more than {MOST_ROWS} rows); run again later"
        )
    middle = date_from + (days - 1) // 2 * DAY
    yield from fetch_parts(fetch, date_from, middle)
    yield from fetch_parts(fetch, middle + DAY, date_to)


def _body(
    client: DirectClient, kind: ReportKind, run_id: str, date_from: date, date_to: date
) -> dict[str, Any]:
    params: dict[str, Any] = {
        "SelectionCriteria": {"DateFrom": date_from.isoformat(), "DateTo": date_to.isoformat()},
        "FieldNames": kind.fields,
        "ReportType": kind.type,
        "DateRangeType": "CUSTOM_DATE",
        "Format": "TSV",
        "IncludeVAT": "YES",
    }
    # a name met again with other parameters is an error while the first report lives
    text = json.dumps([client.where, params], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return {"params": {**params, "ReportName": f"skvoz {date_from} {date_to} {digest} {run_id}"}}


def _retry_in(response: requests.Response) -> float:
    text = response.headers.get("retryIn", "")
    return max(1.0, float(text)) if text.isdecimal() else _DEFAULT_RETRY_IN
