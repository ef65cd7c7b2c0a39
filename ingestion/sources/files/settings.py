"""Tables of ``raw_files``: names, columns, keys, contract."""

from typing import Any

import pyarrow as pa

from ingestion.columns import Columns, columns
from ingestion.inbox import TOMBSTONE, TOMBSTONE_HINTS
from ingestion.sources.files.contract import Feed, Kind

NAME = "files"
# Raised when the same bytes would give other rows: every file is then read anew.
READER_VERSION = 1
# The tables are this package's own, whatever a file holds: nothing else gets in.

_TYPES: dict[Kind, tuple[dict[str, Any], "pa.DataType"]] = {
    "text": ({"data_type": "text"}, pa.string()),
    "moment": ({"data_type": "timestamp", "timezone": True}, pa.timestamp("us", tz="UTC")),
    "day": ({"data_type": "date"}, pa.date32()),
    "money": ({"data_type": "decimal", "precision": 18, "scale": 2}, pa.decimal128(18, 2)),
    "payment": ({"data_type": "decimal", "precision": 18, "scale": 2}, pa.decimal128(18, 2)),
    "whole": ({"data_type": "bigint"}, pa.int64()),
    "flag": ({"data_type": "bool"}, pa.bool_()),
}
# What every row carries besides the columns of its feed. Of rows with one key the one with the
# highest row_order counts: the last row of the file that was loaded last.
_BESIDES: dict[str, Kind] = {
    "extra": "text",
    "file_sha256": "text",
    "file_name": "text",
    "row_number": "whole",
    "row_order": "whole",
    "loaded_at": "moment",
}


def _kinds(feed: Feed) -> dict[str, Kind]:
    own = {name: column.kind for name, column in feed.columns.items()}
    return {"row_key": "text", **own, **_BESIDES}


def feed_columns(feed: Feed) -> Columns:
    """dlt's hints of a feed's table."""
    hints = {
        name: {**_TYPES.get(kind, _TYPES["text"])[0], "nullable": name != "row_key"}
        for name, kind in _kinds(feed).items()
    }
    hints["row_order"]["dedup_sort"] = "desc"
    return {**hints, TOMBSTONE: {**TOMBSTONE_HINTS, "nullable": True}}


def feed_schema(feed: Feed) -> "pa.Schema":
    """The same for Arrow, in which rows are handed over."""
    fields = [
        pa.field(name, _TYPES.get(kind, _TYPES["text"])[1], nullable=name != "row_key")
        for name, kind in _kinds(feed).items()
    ]
    return pa.schema([*fields, pa.field(TOMBSTONE, pa.bool_())])


FILE_KEY = ("feed", "file_sha256")
FILE_COLUMNS = columns(
    feed="key text",
    file_sha256="key text",
    file_name="text",
    file_place="bigint",
    bytes="bigint",
    format="text",
    encoding="text",
    rows_read="bigint",
    rows_quarantined="bigint",
    duplicate_rows="bigint",
    duplicate_example="text",
    unknown_columns="text",
    missing_columns="text",
    loaded_at="timestamp",
)
QUARANTINE_KEY = ("feed", "file_sha256", "row_number", "column_name")
QUARANTINE_COLUMNS = {
    **columns(
        feed="key text",
        file_sha256="key text",
        row_number="key bigint",
        column_name="key text",
        file_name="text",
        value="text",
        expected="text",
        reason="text",
        loaded_at="timestamp",
    ),
    TOMBSTONE: dict(TOMBSTONE_HINTS),
}
