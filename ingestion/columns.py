"""Rows and columns of raw tables: their types, dlt's hints from one word a column, the contract."""

from typing import Any

Row = dict[str, Any]
Columns = dict[str, dict[str, Any]]

# A column that nobody listed means that the service has changed, and that somebody has to look.
CONTRACT = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}

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
