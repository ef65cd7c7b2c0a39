"""Files of spend by platforms that have no API here."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from sandbox.feed import Feed, section
from sandbox.model import Company
from sandbox.simulation.currency_rates import CURRENCIES, in_roubles, set_rates
from sandbox.simulation.spend_files import Placement, true_lines, with_vat
from sandbox.spend_documents import spend_documents, write_spend_files

MONEY = pa.decimal128(18, 2)
# One row per placement and day, summed over its rows; cost_gross is roubles by the day's rate.
FILE_SPEND = pa.schema(
    [
        ("cabinet", pa.string()),
        ("utm_source", pa.string()),
        ("utm_medium", pa.string()),
        ("utm_campaign", pa.string()),
        ("campaign_id", pa.string()),
        ("channel", pa.string()),
        ("spend_on", pa.date32()),
        ("impressions", pa.int64()),
        ("clicks", pa.int64()),
        ("cost_gross", MONEY),
        ("cost_gross_original", MONEY),
        ("currency_original", pa.string()),
    ]
)
FILE_DEFECTS = pa.schema([("file_name", pa.string()), ("kind", pa.string()), ("rows", pa.int64())])


def config(_: Company, __: str) -> str:
    return section("spend_files")


def write_files(company: Company, inbox: Path) -> None:
    write_spend_files(company, inbox / "spend")


def truth(company: Company) -> dict[str, pa.Table]:
    defects = [
        {"file_name": document.name, "kind": kind, "rows": rows}
        for document in spend_documents(company)
        for kind, rows in document.defects
    ]
    return {
        "file_spend": pa.Table.from_pylist(_spend(company), schema=FILE_SPEND),
        "spend_file_defects": pa.Table.from_pylist(defects, schema=FILE_DEFECTS),
    }


def _spend(company: Company) -> list[dict[str, Any]]:
    totals: dict[tuple[date, Placement], list[Any]] = defaultdict(lambda: [Decimal(0), None, None])
    for line in true_lines(company):
        for day, cost, clicks, shown in line.by_day():
            total = totals[day, line.placement]
            total[0] += with_vat(cost, line.placement, day)
            for index, count in ((1, clicks), (2, shown)):
                if count is not None and _reports(line.placement, index):
                    total[index] = (total[index] or 0) + count
    rates, euro = set_rates(company), next(c for c in CURRENCIES if c.code == "EUR")
    return [
        {
            "cabinet": placement.cabinet,
            "utm_source": placement.source,
            "utm_medium": placement.medium,
            "utm_campaign": placement.campaign and placement.campaign.lower(),
            "campaign_id": placement.campaign_id,
            "channel": placement.channel,
            "spend_on": day,
            "impressions": shown,
            "clicks": clicks,
            "cost_gross": cost
            if placement.currency == "RUB"
            else in_roubles(cost, euro, rates["EUR"], day),
            "cost_gross_original": cost,
            "currency_original": placement.currency,
        }
        for (day, placement), (cost, clicks, shown) in totals.items()
    ]


def _reports(placement: Placement, index: int) -> bool:
    """Whether the platform's file has the column: the agency leaves impressions out."""
    return index == 1 or placement.cabinet != "agency-north"


FEED = Feed("spend_files", config, write_files=write_files, truth=truth)
