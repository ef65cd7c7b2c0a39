"""Raw tables as the loaders leave them, in a DuckDB file of a test's own.

Tables and column types are read from the project's own source files, so that they cannot drift from
what staging expects.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

STAGING = Path(__file__).parents[2] / "dbt_project" / "models" / "staging"
ACCOUNT = 100
AS_OF = "2026-03-31T20:00:00+00:00"
SEEN = datetime(2026, 3, 31, 19, tzinfo=UTC)
Row = Mapping[str, Any]


def at(text: str) -> datetime:
    """``"2026-01-10 09:00"`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def create_raw_tables(path: Path) -> None:
    """Every raw table, empty."""
    with duckdb.connect(str(path)) as connection:
        for file in sorted(STAGING.glob("*/_*__sources.yml")):
            for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
                connection.execute(f"create schema if not exists {source['name']}")
                for table in source["tables"]:
                    columns = ", ".join(
                        f'"{column["name"]}" {column["data_type"]}' for column in table["columns"]
                    )
                    connection.execute(f"create table {source['name']}.{table['name']} ({columns})")


def insert(path: Path, table: str, rows: Iterable[Row]) -> None:
    """Rows into one raw table; columns that a row does not name stay NULL."""
    with duckdb.connect(str(path)) as connection:
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into {table} ({names}) values ({marks})",  # names are this file's own
                list(row.values()),
            )
