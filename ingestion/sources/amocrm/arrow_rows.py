"""Rows of a table as Arrow: long lists land several times faster than as dictionaries."""

from collections.abc import Sequence
from typing import Any

import orjson
import pyarrow as pa

from ingestion.columns import Row
from ingestion.sources.amocrm.fields import without_links
from ingestion.sources.amocrm.settings import Table

_TYPES = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "decimal": pa.decimal128(18, 2),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def as_arrow(table: Table, rows: Sequence[Row]) -> pa.Table:
    """The columns that the table names, in its order."""
    fields = [
        pa.field(name, _TYPES[hints["data_type"]], nullable=hints["nullable"])
        for name, hints in table.columns.items()
    ]
    cells = [pa.array([row[field.name] for row in rows], field.type) for field in fields]
    return pa.table(cells, schema=pa.schema(fields))


def json_text(value: Any) -> str:
    """A part of an item as JSON text, without links; models read it with their own macros."""
    return orjson.dumps(without_links(value)).decode()
