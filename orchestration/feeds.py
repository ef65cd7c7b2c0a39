"""How fresh and how whole every source is: a gap is stated, never shown as a zero."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import duckdb

from ingestion import registry
from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from orchestration.load_log import last_failure
from orchestration.warehouse import count_rows
from reporting.inputs import FeedState


@dataclass(frozen=True)
class Problem:
    """A part of a source that could not be loaded whole, as the source's own query says it."""

    kind: str
    subject: str
    amount: Decimal | None
    rows: int
    detail: str


@dataclass(frozen=True)
class Feed:
    """One source: its last finished load (UTC), what the warehouse holds of it and lacks."""

    source: str
    title: str
    title_ru: str
    status: FeedState
    last_loaded_at: datetime | None = None
    tables: int = 0
    rows: int = 0
    problems: tuple[Problem, ...] = ()


def read_feeds(warehouse: duckdb.DuckDBPyConnection, settings: Settings) -> list[Feed]:
    """Every known source, those that are off included."""
    return [_read(warehouse, spec, settings) for spec in registry.discover().values()]


def read_problems(warehouse: duckdb.DuckDBPyConnection, spec: SourceSpec) -> tuple[Problem, ...]:
    """What a source that has loaded could not load; nothing where it has no such query.

    Tables that an older version loaded may lack what the query reads: that is a problem as well.
    """
    if not spec.problems:
        return ()
    columns = "kind, subject, amount, rows, detail"
    query = f"select {columns} from ({spec.problems}) order by subject, kind"  # noqa: S608
    try:
        rows = warehouse.execute(query).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        detail = f"{str(error).splitlines()[0]}: load {spec.name} again"
        return (Problem("not_loaded_yet", spec.title, None, 0, detail),)
    return tuple(Problem(*row) for row in rows)


def write_feeds(published: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> dict[str, int]:
    """Put the list into the published copy; returns rows by table.

    ``quality.feeds`` has one row per source, ``quality.feed_problems`` one per problem of a source.
    """
    published.execute("create schema if not exists quality")
    published.execute(
        """create table quality.feeds (
               source text primary key, title text, title_ru text, status text,
               last_loaded_at timestamptz, tables bigint, rows bigint)"""
    )
    published.execute(
        """create table quality.feed_problems (
               source text, kind text, subject text, amount decimal(18, 2), rows bigint,
               detail text)"""
    )
    for feed in feeds:
        published.execute(
            "insert into quality.feeds values (?, ?, ?, ?, ?, ?, ?)",
            [
                *(feed.source, feed.title, feed.title_ru, feed.status),
                *(feed.last_loaded_at, feed.tables, feed.rows),
            ],
        )
        for problem in feed.problems:
            published.execute(
                "insert into quality.feed_problems values (?, ?, ?, ?, ?, ?)",
                [
                    *(feed.source, problem.kind, problem.subject),
                    *(problem.amount, problem.rows, problem.detail),
                ],
            )
    return {
        "quality.feeds": len(feeds),
        "quality.feed_problems": sum(len(feed.problems) for feed in feeds),
    }


def published_feeds(published: duckdb.DuckDBPyConnection) -> list[Feed]:
    """What ``write_feeds`` wrote."""
    problems: dict[str, list[Problem]] = {}
    for source, *columns in published.execute(
        "select source, kind, subject, amount, rows, detail from quality.feed_problems order by all"
    ).fetchall():
        problems.setdefault(source, []).append(Problem(*columns))
    rows = published.execute(
        "select source, title, title_ru, status, last_loaded_at, tables, rows"
        " from quality.feeds order by source"
    ).fetchall()
    return [replace(Feed(*row), problems=tuple(problems.get(row[0], ()))) for row in rows]


def _read(warehouse: duckdb.DuckDBPyConnection, spec: SourceSpec, settings: Settings) -> Feed:
    titles = (spec.name, spec.title, spec.title_ru)
    if not spec.enabled(settings):
        return Feed(*titles, "off")
    schema = f"raw_{spec.name}"
    reason = last_failure(warehouse, spec.name)
    failed = () if reason is None else (Problem("load_failed", spec.title, None, 0, reason),)
    try:
        row = warehouse.execute(
            f"select max(inserted_at) from {schema}._dlt_loads where status = 0"  # noqa: S608
        ).fetchone()
    except duckdb.CatalogException:  # never loaded
        return Feed(*titles, "stale", problems=failed)
    loaded_at: datetime | None = row[0] if row else None
    if loaded_at is None:  # the first load has not finished: its tables may not be there
        return Feed(*titles, "stale", problems=failed)
    is_fresh = not failed and datetime.now(UTC) - loaded_at < spec.max_age
    state: FeedState = "ok" if is_fresh else "stale"
    rows = count_rows(warehouse, schema)
    return Feed(
        *titles,
        state,
        loaded_at,
        tables=len(rows),
        rows=sum(rows.values()),
        problems=failed + read_problems(warehouse, spec),
    )
