"""``ops.loads`` in the warehouse: one row per attempt to load a source, with what came of it."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from ingestion.pipeline import Loaded

_TABLE = """
create table if not exists ops.loads (
    source text not null, started_at timestamptz not null, finished_at timestamptz,
    is_ok boolean not null, rows bigint, rounds bigint, load_ids text, reason text
)
"""
# What stands beside an attempt until it ends: a killed one keeps it.
_CUT_SHORT = "the run ended before this load did; the next one goes on from what is in"


@dataclass(frozen=True)
class Attempt:
    """One attempt; ``loaded`` is None, and ``reason`` says why, where it failed. Times are UTC."""

    source: str
    started_at: datetime
    finished_at: datetime | None = None
    loaded: Loaded | None = None
    reason: str = _CUT_SHORT


def record(warehouse: duckdb.DuckDBPyConnection, attempt: Attempt) -> None:
    """Add an attempt to the log, in place of what was known of it before."""
    warehouse.execute("create schema if not exists ops")
    warehouse.execute(_TABLE)
    key = [attempt.source, attempt.started_at]
    warehouse.execute("delete from ops.loads where source = ? and started_at = ?", key)
    loaded = attempt.loaded
    warehouse.execute(
        "insert into ops.loads values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(*key, attempt.finished_at, loaded is not None),
            loaded.rows.total() if loaded else None,
            loaded.rounds if loaded else None,
            ", ".join(loaded.load_ids) if loaded else None,
            None if loaded else attempt.reason,
        ],
    )


def last_failure(warehouse: duckdb.DuckDBPyConnection, source: str) -> str | None:
    """Why the latest attempt failed; None where it did not, or where there was none."""
    try:
        row = warehouse.execute(
            "select is_ok, reason from ops.loads where source = ? order by started_at desc limit 1",
            [source],
        ).fetchone()
    except duckdb.CatalogException:
        return None
    return None if row is None or row[0] else str(row[1])
