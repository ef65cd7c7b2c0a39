"""What of the checks a published copy holds: an older one lacks tables or columns."""

from collections.abc import Mapping
from datetime import date

import duckdb


def columns(con: duckdb.DuckDBPyConnection, table: str) -> frozenset[str]:
    """Columns of a table of the schema ``quality``; none where there is no such table."""
    rows = con.execute(
        "select column_name from information_schema.columns"
        " where table_schema = 'quality' and table_name = ?",
        [table],
    ).fetchall()
    return frozenset(name for (name,) in rows)


def selected(present: frozenset[str], wanted: Mapping[str, str]) -> str:
    """A list for SELECT: each wanted column, or a NULL of its type where the table lacks it."""
    return ", ".join(
        name if name in present else f"cast(null as {kind}) as {name}"
        for name, kind in wanted.items()
    )


def told_days(con: duckdb.DuckDBPyConnection) -> tuple[date | None, date | None]:
    """Days of the latest report and of the latest one before it; None where there is none."""
    if not columns(con, "headline_history"):
        return None, None
    rows = con.execute(
        "select distinct told_on from quality.headline_history order by told_on desc limit 2"
    ).fetchall()
    days = [day for (day,) in rows]
    return (days[0] if days else None), (days[1] if len(days) > 1 else None)
