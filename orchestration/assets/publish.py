"""The copy that readers open: BI tools and the report never touch the live file."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import dagster as dg
import duckdb

from expectations.rule import discover
from ingestion.settings import Settings
from orchestration.alerts import tell
from orchestration.dbt_project import artefacts
from orchestration.feeds import Feed, read_feeds, write_feeds
from orchestration.publications import (
    Publication,
    describe_held_back,
    find_held_back,
    read_publications,
    write_publications,
)
from orchestration.resources import POOL, Warehouse
from orchestration.warehouse import disk_error

PUBLISHED_SCHEMAS = ("marts", "quality", "seeds")
KEY = dg.AssetKey(["published", "marts"])
_NOTHING_HELD: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Published:
    """A new copy: rows by table, and what readers see of every mart."""

    rows: dict[str, int]
    publications: tuple[Publication, ...]

    @property
    def held_back(self) -> tuple[Publication, ...]:
        return tuple(one for one in self.publications if one.is_held_back)


def published_file(folder: Path) -> Path:
    """The DuckDB file that readers open."""
    # not "marts": DuckDB names the catalog after the file, and `marts.x` would then be ambiguous
    return folder / "skvoz.duckdb"


def build_publish_asset(settings: Settings, upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Asset that copies marts and findings to ``<data>/published``.

    What a failed blocker concerns is kept as it was published last; the technical person is told.
    """

    @dg.asset(
        key=KEY,
        deps=upstream,
        group_name="published",
        kinds={"duckdb", "parquet"},
        pool=POOL,
        description="One DuckDB file and a folder of Parquet with every mart, replaced whole; "
        "marts whose totals do not agree stay as they were.",
    )
    def published(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> dg.MaterializeResult[None]:
        with warehouse.connect() as connection:
            feeds = read_feeds(connection, settings)
            held = find_held_back(connection, discover(), artefacts(settings) / "manifest.json")
        done = publish(
            Path(warehouse.path), settings.published_dir, feeds, held=held, as_of=settings.now()
        )
        if reason := describe_held_back(done.publications):
            context.log.warning(reason)
            tell(settings, context.job_name, context.op.name, context.run_id, reason)
        return dg.MaterializeResult(
            metadata={
                "tables": len(done.rows),
                "rows": sum(done.rows.values()),
                "held_back": ", ".join(one.relation for one in done.held_back),
            }
        )

    return published


def publish(
    warehouse_path: Path,
    folder: Path,
    feeds: Sequence[Feed] = (),
    *,
    held: Mapping[str, tuple[str, ...]] = _NOTHING_HELD,
    as_of: datetime | None = None,
) -> Published:
    """Copy the published schemas aside, then swap each file in with one atomic rename.

    A reader sees the last good copy or the new one, never half of one. A relation that is ``held``
    (with the rules that say so) is carried over from the copy of before, and left out where that
    has none. ``as_of`` is the moment the data is cut at.

    Raises:
        WarehouseError: the folder cannot be written; what was published before stays as it was.
    """
    target = published_file(folder)
    fresh = folder / f".skvoz.{os.getpid()}.duckdb"
    try:
        (folder / "parquet").mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        with duckdb.connect(str(fresh)) as connection:
            rows = _copy_tables(connection, warehouse_path, skip=set(held))
            now = datetime.now(UTC)
            publications = [Publication(relation, now, as_of) for relation in rows]
            carried, kept_rows = _carry_over(connection, target, held)
            rows |= kept_rows | write_feeds(connection, feeds)
            publications = sorted([*publications, *carried], key=lambda one: one.relation)
            rows |= write_publications(connection, publications)
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
        _sweep(folder)
    return Published(rows, tuple(publications))


def _sweep(folder: Path) -> None:
    """Remove what an attempt left unfinished, be it this one or one that was killed."""
    # DuckDB keeps a .wal beside the file that it writes
    for pattern in (".skvoz.*.duckdb*", "parquet/.*.tmp"):
        for leftover in folder.glob(pattern):
            leftover.unlink()


def _carry_over(
    connection: duckdb.DuckDBPyConnection, last: Path, held: Mapping[str, tuple[str, ...]]
) -> tuple[list[Publication], dict[str, int]]:
    """Tables of the last copy that may not be replaced, and since when readers see them."""
    if not held or not last.exists():
        return [Publication(relation, None, None, by) for relation, by in held.items()], {}
    _attach(connection, last, "last")
    told = read_publications(connection, "last")
    there = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_catalog = 'last'"
    ).fetchall()
    rows = _copy(connection, "last", [name for (name,) in there if name in held])
    connection.execute("detach last")
    # a copy of an older version does not tell when it was made
    written_at = datetime.fromtimestamp(last.stat().st_mtime, UTC)
    publications = []
    for relation, by in held.items():
        known = told.get(relation, Publication(relation, written_at, None))
        is_there = relation in rows
        publications.append(
            Publication(
                relation,
                known.published_at if is_there else None,
                known.data_as_of if is_there else None,
                by,
            )
        )
    return publications, rows


def _copy_tables(
    connection: duckdb.DuckDBPyConnection, warehouse_path: Path, skip: set[str]
) -> dict[str, int]:
    _attach(connection, warehouse_path, "live")
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_catalog = 'live' and list_contains(?, table_schema) order by 1",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    rows = _copy(connection, "live", [name for (name,) in tables if name not in skip])
    connection.execute("detach live")
    return rows


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name} (read_only)")


def _copy(
    connection: duckdb.DuckDBPyConnection, catalog: str, tables: Sequence[str]
) -> dict[str, int]:
    rows: dict[str, int] = {}
    for name in tables:
        schema, _, table = name.partition(".")
        connection.execute(f'create schema if not exists "{schema}"')
        copied = connection.execute(
            f'create table "{schema}"."{table}" as from {catalog}."{schema}"."{table}"'
        ).fetchone()
        rows[name] = int(copied[0]) if copied else 0
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
