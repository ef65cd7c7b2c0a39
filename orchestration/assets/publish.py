"""The copy that readers open: BI tools and the report never touch the live file."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import duckdb

from ingestion.settings import Settings
from orchestration.feeds import Feed, read_feeds, write_feeds
from orchestration.resources import POOL, Warehouse
from orchestration.warehouse import disk_error

PUBLISHED_SCHEMAS = ("marts", "quality", "seeds")
KEY = dg.AssetKey(["published", "marts"])


def published_file(folder: Path) -> Path:
    """The DuckDB file that readers open."""
    # not "marts": DuckDB names the catalog after the file, and `marts.x` would then be ambiguous
    return folder / "skvoz.duckdb"


def build_publish_asset(settings: Settings, upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Asset that copies marts and findings to ``<data>/published`` once they are all good."""

    @dg.asset(
        key=KEY,
        deps=upstream,
        group_name="published",
        kinds={"duckdb", "parquet"},
        pool=POOL,
        description="One DuckDB file and a folder of Parquet with every mart, replaced whole.",
    )
    def published(warehouse: Warehouse) -> dg.MaterializeResult[None]:
        with warehouse.connect() as connection:
            feeds = read_feeds(connection, settings)
        rows = publish(Path(warehouse.path), settings.published_dir, feeds)
        return dg.MaterializeResult(metadata={"tables": len(rows), "rows": sum(rows.values())})

    return published


def publish(warehouse_path: Path, folder: Path, feeds: Sequence[Feed] = ()) -> dict[str, int]:
    """Copy the published schemas aside, then swap each file in with one atomic rename.

    A reader sees the last good copy or the new one, never half of one. Returns rows by table.

    Raises:
        WarehouseError: the folder cannot be written; what was published before stays as it was.
    """
    target = published_file(folder)
    fresh = folder / f".skvoz.{os.getpid()}.duckdb"
    try:
        (folder / "parquet").mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        with duckdb.connect(str(fresh)) as connection:
            rows = _copy_tables(connection, warehouse_path)
            rows |= write_feeds(connection, feeds)
            exported = list(_export_parquet(connection, folder / "parquet", rows))
        fresh.replace(target)
        for temporary, final in exported:
            temporary.replace(final)
        kept = {final for _, final in exported}
        for stale in set((folder / "parquet").glob("*.parquet")) - kept:
            stale.unlink()
    except OSError as error:
        raise disk_error(folder, error) from None
    finally:
        for leftover in folder.glob(f"{fresh.name}*"):  # DuckDB keeps a .wal beside it
            leftover.unlink()
    return rows


def _copy_tables(connection: duckdb.DuckDBPyConnection, warehouse_path: Path) -> dict[str, int]:
    path = str(warehouse_path).replace("'", "''")
    connection.execute(f"attach '{path}' as live (read_only)")
    tables = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = 'live' and list_contains(?, table_schema) order by all",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    rows: dict[str, int] = {}
    for schema, table in tables:
        connection.execute(f'create schema if not exists "{schema}"')
        copied = connection.execute(
            f'create table "{schema}"."{table}" as from live."{schema}"."{table}"'
        ).fetchone()
        rows[f"{schema}.{table}"] = int(copied[0]) if copied else 0
    connection.execute("detach live")
    return rows


def _export_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: dict[str, int]
) -> Iterator[tuple[Path, Path]]:
    for name in tables:
        schema, _, table = name.partition(".")
        temporary = folder / f".{name}.{os.getpid()}.tmp"
        path = str(temporary).replace("'", "''")
        connection.execute(f'copy "{schema}"."{table}" to \'{path}\' (format parquet)')
        yield temporary, folder / f"{name}.parquet"
