"""Writes the truth about a company as Parquet, one file a table."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.feed import Feed
from sandbox.model import Company
from sandbox.simulation import discipline_truth, funnel_truth, source_truth

MONEY = pa.decimal128(18, 2)
MOMENT = pa.timestamp("us", tz="UTC")

# Columns and types of every table; ``sandbox/README.md`` says what they mean.
TABLES: dict[str, dict[str, pa.DataType]] = {
    "deals": {
        "deal_id": pa.int64(),
        "pipeline_id": pa.int64(),
        "status": pa.string(),
        "created_at": MOMENT,
        "closed_at": MOMENT,
        "price": MONEY,
        "is_deleted": pa.bool_(),
        "true_source": pa.string(),
        "true_channel": pa.string(),
        "recorded_utm_source": pa.string(),
        "recorded_utm_medium": pa.string(),
        "recorded_utm_campaign": pa.string(),
        "recorded_channel": pa.string(),
        "recorded_rule": pa.string(),
        "paid_amount": MONEY,
        "refunded_amount": MONEY,
        "first_paid_on": pa.date32(),
        "cogs": MONEY,
        "responsible_user_id": pa.int64(),
    },
    "stage_visits": {
        "deal_id": pa.int64(),
        "visit_number": pa.int64(),
        "pipeline_id": pa.int64(),
        "stage_id": pa.int64(),
        "entered_at": MOMENT,
        "left_at": MOMENT,
        "is_observable": pa.bool_(),
    },
    "payments": {
        "document_number": pa.string(),
        "own_account": pa.string(),
        "booked_on": pa.date32(),
        "direction": pa.string(),
        "payment_class": pa.string(),
        "amount": MONEY,
        "deal_id": pa.int64(),
        "counterparty_name": pa.string(),
    },
    "payment_matches": {
        "own_account": pa.string(),
        "booked_on": pa.date32(),
        "document_number": pa.string(),
        "amount": MONEY,
        "deal_id": pa.int64(),
        "method": pa.string(),
        "true_deal_id": pa.int64(),
        "plant": pa.string(),
    },
    "customer_money_buckets": {
        "own_account": pa.string(),
        "booked_on": pa.date32(),
        "document_number": pa.string(),
        "bucket": pa.string(),
        "amount": MONEY,
    },
    "spend": {
        "login": pa.string(),
        "campaign_id": pa.int64(),
        "spend_on": pa.date32(),
        "impressions": pa.int64(),
        "clicks": pa.int64(),
        "cost_gross": MONEY,
    },
    "defects": {
        "rule_id": pa.string(),
        "entity_type": pa.string(),
        "entity_id": pa.string(),
        "deal_id": pa.int64(),
    },
    "bank_defects": {
        "file_name": pa.string(),
        "kind": pa.string(),
        "line_number": pa.int64(),
    },
}


def write_truth(company: Company, folder: Path, feeds: Iterable[Feed] = ()) -> list[Path]:
    """Write every truth table as ``<folder>/<table>.parquet``; an empty table keeps its columns."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        name: pa.Table.from_pylist(company.truth[name], schema=pa.schema(columns.items()))
        for name, columns in TABLES.items()
    }
    feeds = tuple(feeds)
    for feed in feeds:
        tables |= feed.truth(company)
    names = {feed.name for feed in feeds}
    if company.stories and "amocrm" in names:
        # the CRM tells of stages; the other feeds of the work that was done in them
        tables |= funnel_truth.truth(company, names)
        tables |= source_truth.truth(company, names)
        sources = tables["deal_sources"].to_pylist()
        tables |= discipline_truth.truth(company, names, sources)
    paths = []
    for name, table in tables.items():
        paths.append(folder / f"{name}.parquet")
        pq.write_table(table, paths[-1])
    return paths
