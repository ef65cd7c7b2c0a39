"""Tables of ``raw_currency_rates`` and how files of rates look."""

from typing import Any
from zoneinfo import ZoneInfo

from ingestion.columns import Columns, columns
from ingestion.tabular import Layout

NAME = "currency_rates"
FOLDER = "rates"
# Raised when the same bytes would give other rows: every file is then read anew.
READER_VERSION = 1

# The bank of Russia sets rates for days of Moscow.
ZONE = ZoneInfo("Europe/Moscow")
DAYS_PER_ROUND = 8000  # a page of one currency's whole history is small

LAYOUT = Layout(
    columns={
        "date": ("Дата", "День", "Day"),
        "currency": ("Валюта", "Код", "Код валюты", "Буквенный код", "CharCode", "Code"),
        "rate": ("Курс", "Значение", "Value", "curs"),
        "nominal": ("Номинал", "Единиц", "Количество"),
    },
    required=(("date",), ("currency",), ("rate",)),
)


def _rates(**kinds: str) -> Columns:
    rate: dict[str, Any] = {"data_type": "decimal", "precision": 24, "scale": 12}
    return columns(**kinds) | {"value": dict(rate), "unit_rate": dict(rate)}


FEED_COLUMNS = _rates(
    currency="key text",
    rate_on="key date",
    bank_id="text",
    nominal="bigint",
    is_empty_day="bool",
    requested_at="timestamp",
)
FILE_RATE_COLUMNS = _rates(
    file_sha256="key text",
    sheet="key text",
    row_number="key bigint",
    file_name="text",
    currency="text",
    rate_on="date",
    nominal="bigint",
)
FILE_COLUMNS = columns(
    file_sha256="key text",
    file_name="text",
    bytes="bigint",
    kind="text",
    rates="bigint",
    quarantined="bigint",
    load_number="bigint",
    modified_at="timestamp",
    loaded_at="timestamp",
)
QUARANTINE_COLUMNS = columns(
    file_sha256="key text",
    sheet="key text",
    row_number="key bigint",
    file_name="text",
    reason="text",
    raw_text="text",
)
