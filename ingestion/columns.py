"""dlt hints of raw tables, from one word a column."""

from typing import Any

Columns = dict[str, dict[str, Any]]

_KINDS: dict[str, dict[str, Any]] = {
    "key text": {"data_type": "text", "nullable": False},
    "key bigint": {"data_type": "bigint", "nullable": False},
    "key date": {"data_type": "date", "nullable": False},
    "money": {"data_type": "decimal", "precision": 18, "scale": 2},
    "timestamp": {"data_type": "timestamp", "timezone": True},
}


def columns(**kinds: str) -> Columns:
    """Hints by column: a kind is one of dlt's data types, "money", or "key text" and the like.

    A new dict for each column: dlt writes the column's name into it.
    """
    return {name: {**_KINDS.get(kind, {"data_type": kind})} for name, kind in kinds.items()}
