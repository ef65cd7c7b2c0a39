"""How fresh every source is: a missing feed is stated, never shown as a zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from ingestion import registry
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from orchestration.warehouse import count_rows
from reporting.inputs import FeedState


@dataclass(frozen=True)
class Feed:
    """One source: its last finished load (UTC) and what the warehouse holds of it."""

    source: str
    title: str
    title_ru: str
    status: FeedState
    last_loaded_at: datetime | None = None
    tables: int = 0
    rows: int = 0


def read_feeds(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> list[Feed]:
    """Every known source, those that are off included."""
    return [_read(warehouse, spec, settings) for spec in registry.discover().values()]


def write_feeds(published: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> None:
    """Put the list into the published copy as ``quality.feeds``, one row per source."""
    published.execute("create schema if not exists quality")
    published.execute(
        """create table quality.feeds (
               source text primary key, title text, title_ru text, status text,
               last_loaded_at timestamptz, tables bigint, rows bigint)"""
    )
    for feed in feeds:
        published.execute(
            "insert into quality.feeds values (?, ?, ?, ?, ?, ?, ?)",
            [
                *(feed.source, feed.title, feed.title_ru, feed.status),
                *(feed.last_loaded_at, feed.tables, feed.rows),
            ],
        )


def published_feeds(published: duckdb.DuckDBPyConnection) -> list[Feed]:
    """What ``write_feeds`` wrote."""
    rows = published.execute(
        "select source, title, title_ru, status, last_loaded_at, tables, rows"
        " from quality.feeds order by source"
    ).fetchall()
    return [Feed(*row) for row in rows]


def _read(warehouse: duckdb.DuckDBPyConnection, spec: SourceSpec, settings: Settings) -> Feed:
    titles = (spec.name, spec.title, spec.title_ru)
    if not spec.enabled(settings):
        return Feed(*titles, "off")
    schema = f"raw_{spec.name}"
    try:
        row = warehouse.execute(
            f"select max(inserted_at) from {schema}._dlt_loads where status = 0"  # noqa: S608
        ).fetchone()
    except duckdb.CatalogException:  # never loaded
        return Feed(*titles, "stale")
    loaded_at: datetime | None = row[0] if row else None
    is_fresh = loaded_at is not None and datetime.now(UTC) - loaded_at < spec.max_age
    rows = count_rows(warehouse, schema)
    state: FeedState = "ok" if is_fresh else "stale"
    return Feed(*titles, state, loaded_at, tables=len(rows), rows=sum(rows.values()))
