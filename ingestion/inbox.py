"""A folder that files are dropped into: each is taken once, by its content, into several tables.

What a file brought can be taken back: read anew, because its reader or the company's settings
changed, it first loses its earlier rows. A file that left the folder keeps its rows.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import dlt
from dlt.extract import DltResource

from ingestion.columns import CONTRACT, Columns, Row
from ingestion.errors import ConfigError

Parsed = TypeVar("Parsed")

# Marks rows that delete and are not kept: a file read anew must lose its earlier rows first.
TOMBSTONE = "is_superseded"
TOMBSTONE_HINTS: dict[str, Any] = {"data_type": "bool", "hard_delete": True}

_KEPT = 64  # parsed files held in memory; more are parsed again rather than kept
_BATCH = 5_000  # rows handed over at once
_UNFINISHED = frozenset({".part", ".crdownload", ".download", ".tmp"})
_UNREADABLE = "unreadable"


@dataclass(frozen=True)
class InboxFile:
    """A file of the folder; ``content`` is None, and ``problem`` says why, if it cannot be read."""

    name: str  # relative to the folder, with forward slashes
    sha256: str
    path: Path
    size: int = 0  # bytes
    problem: str = ""

    @cached_property
    def content(self) -> bytes | None:
        return None if self.problem else self.path.read_bytes()


@dataclass(frozen=True)
class FileTable(Generic[Parsed]):
    """One table that files of an inbox feed.

    Args:
        key: columns that tell rows apart, text or bigint; a table with one row a file is keyed by
            ``file_sha256`` alone.
        columns: dlt hints by column, ``file_sha256`` among them; the tombstone's column is added.
        rows: what one file gives.
        contract: dlt's schema contract; by default nothing undeclared gets in.
    """

    name: str
    key: tuple[str, ...]
    columns: Columns
    rows: Callable[[InboxFile, Parsed], Iterable[Row]]
    contract: dict[str, str] = field(default_factory=CONTRACT.copy)


class Inbox(Generic[Parsed]):
    """A folder and how its files are read; each is parsed once however many tables ask.

    Args:
        folder: need not exist.
        source: the name in messages.
        fingerprint: changes when the same files would give other rows, e.g. a version of the
            reader and the settings it depends on.
        parse: never raises for a bad file: what is wrong with it is part of what it returns.
        accepts: whether a file belongs to this inbox, where several share a folder.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        fingerprint: str,
        parse: Callable[[InboxFile], Parsed],
        accepts: Callable[[InboxFile], bool] | None = None,
    ) -> None:
        self.folder = folder
        self.source = source
        self.fingerprint = fingerprint
        self._parse = parse
        self._accepts = accepts
        self._parsed: OrderedDict[str, Parsed] = OrderedDict()

    def files(self) -> Iterator[InboxFile]:
        """Every file at any depth, by name; of equal files only the first."""
        seen = set()
        for path in self.paths():
            file = _identify(path, path.relative_to(self.folder).as_posix())
            if file.sha256 in seen or not (self._accepts is None or self._accepts(file)):
                continue
            seen.add(file.sha256)
            yield file

    def paths(self) -> list[Path]:
        """Every file, whatever it is: what is no statement is said, not passed by in silence.

        None where the folder is absent; hidden files and unfinished downloads are left alone.

        Raises:
            ConfigError: the folder is there and may not be listed, which is not the same as empty.
        """
        if not os.access(self.folder, os.F_OK):
            return []
        if not os.access(self.folder, os.R_OK | os.X_OK):
            raise ConfigError(
                f"{self.source}: folder {self.folder} is not readable; "
                f"give this user the right to read it (chmod u+rx {self.folder})"
            )
        found = (path for path in self.folder.rglob("*") if not path.is_dir())
        return sorted(path for path in found if not _is_unfinished(path))

    def read(self, file: InboxFile) -> Parsed:
        """The parsed file."""
        is_known = file.sha256 in self._parsed
        parsed = self._parsed.pop(file.sha256) if is_known else self._parse(file)
        self._parsed[file.sha256] = parsed
        if len(self._parsed) > _KEPT:
            self._parsed.popitem(last=False)
        return parsed


def file_resources(inbox: Inbox[Parsed], tables: Sequence[FileTable[Parsed]]) -> list[DltResource]:
    """A dlt resource a table; what has been taken is kept in each resource's own state."""
    return [_resource(inbox, table) for table in tables]


def _resource(inbox: Inbox[Parsed], table: FileTable[Parsed]) -> DltResource:
    columns = {**table.columns, TOMBSTONE: dict(TOMBSTONE_HINTS)}

    def rows() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()  # the table exists even when nothing is new
        taken: dict[str, str] = dlt.current.resource_state().setdefault("files", {})
        seen: set[tuple[Any, ...]] = set()
        present = set()
        for file in inbox.files():
            present.add(file.sha256)
            if taken.get(file.sha256) == inbox.fingerprint:
                continue
            # where the file is the whole key, the new row replaces the old one by itself
            if file.sha256 in taken and table.key != ("file_sha256",):
                yield _tombstone(file.sha256, table)
            yield from _new_rows(table, file, inbox.read(file), seen)
            # a file that could not be opened is tried again on the next run
            taken[file.sha256] = _UNREADABLE if file.problem else inbox.fingerprint
        for sha256, state in list(taken.items()):
            if state == _UNREADABLE and sha256 not in present:
                yield _tombstone(sha256, table)
                del taken[sha256]

    resource: DltResource = dlt.resource(
        rows,
        name=table.name,
        write_disposition="merge",
        primary_key=list(table.key),
        merge_key="file_sha256",
        columns=columns,
        schema_contract=table.contract,
    )
    return resource


def _new_rows(
    table: FileTable[Parsed], file: InboxFile, parsed: Parsed, seen: set[tuple[Any, ...]]
) -> Iterator[list[Row]]:
    """A file's rows in batches, those left out that an earlier file of the same run has brought."""
    batch: list[Row] = []
    for row in table.rows(file, parsed):
        identity = tuple(row[column] for column in table.key)
        if identity in seen:
            continue
        seen.add(identity)
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _tombstone(sha256: str, table: FileTable[Parsed]) -> Row:
    """A row that deletes what was loaded of a file and is not kept itself."""
    blank = {"text": f"superseded {sha256}", "bigint": -1}
    keys = {column: blank[table.columns[column]["data_type"]] for column in table.key}
    return {**keys, "file_sha256": sha256, TOMBSTONE: True}


def _identify(path: Path, name: str) -> InboxFile:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return InboxFile(name, digest, path, stream.tell())
    except OSError as error:
        digest = hashlib.sha256(b"unreadable\0" + name.encode("utf-8", "replace")).hexdigest()
        return InboxFile(name, digest, path, problem=error.strerror or str(error))


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.suffix.lower() in _UNFINISHED
