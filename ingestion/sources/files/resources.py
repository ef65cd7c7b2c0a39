"""The dlt source: one reading of the folders, handed out to a table for each feed."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource, DltSource

from ingestion.columns import CONTRACT, Columns, Row
from ingestion.inbox import TOMBSTONE, Inbox, InboxFile
from ingestion.settings import Settings
from ingestion.sources.files import settings as tables
from ingestion.sources.files.config import FilesSection
from ingestion.sources.files.contract import FEEDS, Feed
from ingestion.sources.files.mapping import fingerprint, mapping_path
from ingestion.sources.files.rows import BadCell
from ingestion.sources.files.taking import Findings, take

logger = logging.getLogger(__name__)
_UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Chunk:
    """Rows for one table; without a table, the word to all of them to come into being."""

    table: str
    rows: Any = None


@dataclass(frozen=True)
class Found:
    """A file in a feed's folder, and how it would be read now (``fingerprint``)."""

    file: InboxFile
    mapping: Path | None
    fingerprint: str


def open_inbox(settings: Settings, feed: Feed) -> Inbox[None]:
    """``<data>/inbox/<feed>``; mappings beside the files are no files of it."""
    return Inbox(
        folder=settings.inbox_dir / feed.name,
        source=tables.NAME,
        fingerprint="",
        parse=lambda _: None,
        accepts=lambda file: file.path.suffix.lower() != ".toml",
    )


def find_files(settings: Settings, feed: Feed) -> list[Found]:
    """The files of a feed by name, each content once."""
    folder = settings.inbox_dir / feed.name
    zone = settings.company.timezone
    found = []
    for file in open_inbox(settings, feed).files():
        mapping = mapping_path(file.path, folder)
        found.append(
            Found(file, mapping, fingerprint(mapping, str(tables.READER_VERSION), feed.name, zone))
        )
    return found


def build(settings: Settings) -> DltSource:
    """A table for each feed, ``files`` and ``quarantine``.

    The folders are gone through once, by a resource that makes no table of its own, so that what
    has been taken is one state, committed together with the rows of all tables.
    """

    def read() -> Iterator[Chunk]:
        state = dlt.current.resource_state()
        if state.get("tables") != tables.READER_VERSION:
            yield Chunk("")  # once is enough, and an empty merge costs as much as a full one
            state["tables"] = tables.READER_VERSION
        taken = state.setdefault("files", {})
        for name in settings.section(FilesSection).feeds:
            yield from _read_feed(settings, FEEDS[name], taken.setdefault(name, {}))

    def resources() -> list[DltResource]:
        folders: DltResource = dlt.resource(read, name="folders", selected=False)
        return [
            folders,
            *(
                _table(folders, feed.name, ("row_key",), tables.feed_columns(feed), _empty_of(feed))
                for feed in FEEDS.values()
            ),
            _table(folders, "files", tables.FILE_KEY, tables.FILE_COLUMNS),
            _table(folders, "quarantine", tables.QUARANTINE_KEY, tables.QUARANTINE_COLUMNS),
        ]

    source: DltSource = dlt.source(resources, name=tables.NAME, max_table_nesting=0)()
    return source


def _table(
    folders: DltResource,
    name: str,
    key: tuple[str, ...],
    columns: Columns,
    empty: Callable[[], Any] = dlt.mark.materialize_table_schema,
) -> DltResource:
    def rows(chunk: Chunk) -> Iterator[Any]:
        if not chunk.table:
            yield empty()  # the table exists even when nothing is new
        elif chunk.table == name:
            yield chunk.rows

    table: DltResource = dlt.transformer(
        rows,
        data_from=folders,
        name=name,
        write_disposition="merge",
        primary_key=list(key),
        merge_key="file_sha256",
        columns=columns,
        schema_contract=CONTRACT,
    )
    return table


def _empty_of(feed: Feed) -> Callable[[], Any]:
    return lambda: tables.feed_schema(feed).empty_table()


def _read_feed(settings: Settings, feed: Feed, taken: dict[str, list[Any]]) -> Iterator[Chunk]:
    """Chunks of the files that are new, or would be read differently now.

    ``taken`` has a file's fingerprint and place by its hash. Of rows with one key the file loaded
    last wins, so that when a file is read anew those loaded after it are too.
    """
    found = find_files(settings, feed)
    changed = [
        taken[one.file.sha256][1]
        for one in found
        if taken.get(one.file.sha256, [_UNREADABLE])[0] not in (_UNREADABLE, one.fingerprint)
    ]
    since = min(changed, default=None)
    _warn_of_absent(feed, found, taken, since)
    for one in found:
        next_place = 1 + max((place for _, place in taken.values()), default=0)
        state, place = taken.get(one.file.sha256, ["", next_place])
        is_older = since is None or place < since
        if state not in ("", _UNREADABLE) and is_older:
            continue
        if state:
            yield from _take_back(feed, one.file.sha256)
        yield from _read_file(settings, feed, one, place)
        # a file that could not be opened is tried again on the next run
        taken[one.file.sha256] = [_UNREADABLE if one.file.problem else one.fingerprint, place]
    present = {one.file.sha256 for one in found}
    for key, (state, _) in list(taken.items()):
        if state == _UNREADABLE and key not in present:
            yield from _take_back(feed, key)
            del taken[key]


def _warn_of_absent(
    feed: Feed, found: list[Found], taken: dict[str, list[Any]], since: int | None
) -> None:
    present = {one.file.sha256 for one in found}
    absent = [key for key, (_, place) in taken.items() if key not in present]
    if since is not None and any(taken[key][1] > since for key in absent):
        logger.warning(
            "files: %s: files are read anew, and some loaded after them are no longer in the "
            "folder; put them back, or their rows give way to older ones of the same key",
            feed.name,
        )


def _read_file(settings: Settings, feed: Feed, one: Found, place: int) -> Iterator[Chunk]:
    file, now, schema = one.file, settings.now(), tables.feed_schema(feed)
    findings = Findings()
    about = {"feed": feed.name, "file_sha256": file.sha256, "file_name": file.name}
    for batch in take(file, feed, one.mapping, settings.zone, place, now, findings):
        if batch.good:
            yield Chunk(feed.name, pa.Table.from_pylist(batch.good, schema=schema))
        if batch.bad:
            yield Chunk("quarantine", [_quarantine_row(bad, about, now) for bad in batch.bad])
    if not file.problem:  # bytes that could not be read have no identity yet
        more = {"file_place": place, "bytes": file.size, "loaded_at": now}
        yield Chunk("files", [about | more | findings.as_row()])


def _quarantine_row(bad: BadCell, about: Row, now: Any) -> Row:
    row = asdict(bad)
    return {**about, "column_name": row.pop("column"), **row, "loaded_at": now}


def _take_back(feed: Feed, sha256: str) -> Iterator[Chunk]:
    """Rows that delete what was loaded of a file and are not kept themselves."""
    gone = {"file_sha256": sha256, TOMBSTONE: True}
    row = {**gone, "row_key": f"superseded {sha256}"}
    yield Chunk(feed.name, pa.Table.from_pylist([row], schema=tables.feed_schema(feed)))
    yield Chunk("quarantine", [{**gone, "feed": feed.name, "row_number": -1, "column_name": ""}])
