"""The same company's spend files and rates of exchange, as the loaders leave them."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingestion.columns import Row
from tests.dbt.raw_fixture import SEEN, insert


def spend_file(path: Path, name: str, load_number: int, *rows: Row, is_read: bool = True) -> None:
    """A file and its rows; of each: first and last day, cost and whatever differs from Avito's."""
    placed = [
        {
            "file_sha256": name,
            "sheet": "",
            "row_number": number,
            "file_name": name,
            "cabinet": name.split("/")[0] if "/" in name else None,
            "utm_source": "avito-ads",
            "utm_medium": "cpc",
            "currency": "RUB",
            "vat_mode": "incl",
            **row,
        }
        for number, row in enumerate(rows, start=2)
    ]
    insert(
        path,
        "raw_spend_files.files",
        [
            {
                "file_sha256": name,
                "file_name": name,
                "rows": len(rows),
                "cost": sum((Decimal(row["cost"]) for row in placed), Decimal(0)),
                "load_number": load_number,
                "modified_at": SEEN,
                "loaded_at": SEEN,
            }
        ],
    )
    counts = ("clicks", "impressions")
    insert(
        path,
        "raw_spend_files.spend_rows",
        [{key: value for key, value in row.items() if key != "parts"} for row in placed],
    )
    for row in placed:
        first = date.fromisoformat(row["date_from"])
        insert(
            path,
            "raw_spend_files.spend_days",
            [
                {
                    **{key: row[key] for key in ("file_sha256", "sheet", "row_number")},
                    "day_index": index,
                    "spend_on": first + timedelta(days=index),
                    "cost": cost,
                    **{key: row[key] for key in counts if key in row},
                }
                for index, cost in enumerate(row.get("parts", [row["cost"]]))
            ],
        )


def day(on: str, cost: str, **more: Any) -> Row:
    return {"date_from": on, "date_to": on, "cost": cost, **more}


def rate(path: Path, currency: str, on: str, value: str, nominal: int = 1) -> None:
    insert(
        path,
        "raw_currency_rates.feed_rates",
        [
            {
                "currency": currency,
                "rate_on": on,
                "nominal": nominal,
                "value": value,
                "unit_rate": Decimal(value) / nominal,
                "is_empty_day": False,
            }
        ],
    )


def fill_spend(path: Path) -> None:
    """Boards and a radio station, nothing that the cabinets' channels would share."""
    spend_file(
        path,
        "avito/january.csv",
        1,
        day("2026-01-10", "122.00", utm_campaign="Окна 2026", campaign_id="77", clicks=10),
        day("2026-01-10", "-22.00", utm_campaign="Окна 2026", campaign_id="77", comment="возврат"),
        # replaced below
        day("2026-01-20", "500.00", utm_campaign="Окна 2026", campaign_id="77"),
        day("2026-01-22", "7.00", utm_campaign="Окна 2026", campaign_id="77"),
    )
    spend_file(
        path,
        "avito/corrected.csv",
        2,
        day("2026-01-20", "300.00", utm_source="Avito", campaign_id="77"),
        day("2026-01-25", "1.00", utm_source="авито", campaign_id="77"),
    )
    spend_file(
        path,
        "2gis.csv",
        1,
        # 100.00 for three days and VAT on top of each
        {
            **day("2026-01-30", "100.00", utm_source="2ГИС", utm_medium=None, vat_mode="excl"),
            "date_to": "2026-02-01",
            "parts": ["33.33", "33.33", "33.34"],
        },
        day("2026-01-14", "10.00", utm_source="2ГИС", utm_medium=None, currency="EUR",
            vat_mode="none"),
    )  # fmt: skip
    spend_file(
        path,
        "radio.csv",
        1,
        day("2026-01-05", "1000.00", utm_source="Radio", utm_medium=None, vat_rate="0.05"),
        # nothing in March, and the file says so
        day("2026-03-31", "0.00", utm_source="radio", utm_medium=None),
    )
    rate(path, "EUR", "2026-01-13", "90.5050")
    rate(path, "EUR", "2026-01-15", "99.0000")
