"""Tables that outlive a run: made once, widened by later versions, written whole or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Everything in the block is written, or nothing."""
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        with suppress(duckdb.TransactionException):  # a failed commit has rolled back already
            con.rollback()
        raise


def ensure_columns(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Create the table, or give an older one the columns it has not got, as NULL."""
    schema = table.partition(".")[0]
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"create schema if not exists {schema}")
    con.execute(f"create table if not exists {table} ({listed})")
    for name, kind in columns.items():
        con.execute(f"alter table {table} add column if not exists {name} {kind}")


def has_table(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether there is such a table or view; a company without some source may lack it."""
    schema, _, name = table.partition(".")
    found = con.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchone()
    return bool(found and found[0])
