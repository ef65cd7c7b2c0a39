"""Rows of a file to rows of a table, or to what is wrong with them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from ingestion.columns import Row
from ingestion.errors import SourceFormatError
from ingestion.sources.files.contract import Feed
from ingestion.sources.files.mapping import FileMapping
from ingestion.sources.files.sheets import SheetRow
from ingestion.sources.files.values import EXPECTED, Value, reader_of
from ingestion.tabular import Cell, CellError, plain, read_text

_SHOWN = 500  # letters kept of a bad value or row, for a person to find it
_KEY_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class BadCell:
    """Why a row is not loaded; ``column`` is the file's header, empty for the row as a whole."""

    row_number: int
    column: str
    value: str
    expected: str
    reason: str


@dataclass(frozen=True)
class Header:
    """Where the contract's columns stand in a file, and which of its headers it does not know.

    ``missing`` are headers that the mapping names and the file lacks.
    """

    places: Mapping[str, int]
    texts: Sequence[str]
    unknown: Mapping[int, str]
    missing: tuple[str, ...]


def read_header(texts: Sequence[str], feed: Feed, mapping: FileMapping) -> Header:
    """Find the feed's columns in a header; letter case, blanks and signs make no difference.

    Raises:
        SourceFormatError: a required column is absent, or two columns are the same one.
    """
    found: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        if text:
            found.setdefault(plain(text), []).append(index)
    places: dict[str, int] = {}
    missing = []
    for column in feed.columns:
        # a column that is mapped is looked for under its mapped header only
        header = mapping.columns.get(column, column)
        indices = found.get(plain(header), [])
        if len(indices) > 1:
            raise SourceFormatError(f'two columns are called "{header}"; rename one of them')
        if indices:
            places[column] = indices[0]
        elif column in mapping.columns:
            missing.append(header)
    absent = [
        mapping.columns.get(column, column)
        for column in feed.required
        if column not in places and column not in mapping.constants
    ]
    if absent:
        listed = ", ".join(f'"{text}"' for text in texts if text)
        raise SourceFormatError(
            f"no column {', '.join(absent)}; the header has {listed}; name the columns as in "
            "docs/files.md, or map them in a mapping.toml beside the file"
        )
    taken = set(places.values())
    return Header(
        places=places,
        texts=texts,
        unknown={n: text for n, text in enumerate(texts) if text and n not in taken},
        missing=tuple(missing),
    )


class RowReader:
    """Reads the rows of one file.

    Args:
        stamp: what every row of the file carries besides: name, hash, time of loading.
        place: where the file stands in the order of loading; later rows win over earlier ones.
    """

    def __init__(
        self, feed: Feed, header: Header, mapping: FileMapping, stamp: Row, place: int
    ) -> None:
        self._feed = feed
        self._header = header
        self._stamp = stamp
        self._first_order = place * 10**10
        self._readers: list[tuple[str, int, Callable[[Cell], Value]]] = [
            (name, header.places[name], reader_of(column.kind, name, mapping))
            for name, column in feed.columns.items()
            if name in header.places
        ]
        self._constants: Row = {
            name: reader_of(feed.columns[name].kind, name, mapping)(text)
            for name, text in mapping.constants.items()
            if name not in header.places
        }

    def read(self, row: SheetRow) -> Row | list[BadCell]:
        """One row, or everything that is wrong with it."""
        if row.problem:
            shown = "; ".join(read_text(cell) or "" for cell in row.cells)
            return [BadCell(row.number, "", shown[:_SHOWN], "a whole row", row.problem)]
        values: Row = dict.fromkeys(self._feed.columns) | self._constants
        bad = []
        for name, index, reader in self._readers:
            cell = row.cells[index] if index < len(row.cells) else None
            try:
                values[name] = reader(cell)
            except CellError as error:
                bad.append(self._bad(row, name, cell, str(error)))
                continue
            if values[name] is None and self._feed.columns[name].is_required:
                bad.append(self._bad(row, name, cell, "it is empty"))
        if bad:
            return bad
        return {
            "row_key": self._key(values),
            **values,
            "extra": self._extra(row),
            **self._stamp,
            "row_number": row.number,
            "row_order": self._first_order + row.number,
        }

    def _bad(self, row: SheetRow, name: str, cell: Cell, reason: str) -> BadCell:
        header = self._header.texts[self._header.places[name]]
        expected = EXPECTED[self._feed.columns[name].kind]
        # what a reader of cells expects in general is said better by the column's own kind
        reason = reason.partition("; expected")[0]
        return BadCell(row.number, header, (read_text(cell) or "")[:_SHOWN], expected, reason)

    def _key(self, values: Row) -> str:
        own = values[self._feed.own_key] if self._feed.own_key else None
        if own is not None:
            return str(own)
        return _KEY_SEPARATOR.join(_key_part(values[name]) for name in self._feed.key)

    def _extra(self, row: SheetRow) -> str | None:
        """What stands in columns of no meaning here, as JSON by their headers."""
        width = len(self._header.texts)
        texts = {
            self._header.unknown.get(index) or f"column {index + 1}": read_text(cell)
            for index, cell in enumerate(row.cells[:width])
            if cell is not None and (index in self._header.unknown or not self._header.texts[index])
        }
        return json.dumps(texts, ensure_ascii=False) if texts else None


def _key_part(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def split(
    rows: Iterator[SheetRow], reader: RowReader, size: int
) -> Iterator[tuple[list[Row], list[BadCell], int]]:
    """Good rows, what is wrong with the others, and their number, ``size`` rows at a time."""
    while chunk := list(islice(rows, size)):
        read = [reader.read(row) for row in chunk]
        good = [row for row in read if not isinstance(row, list)]
        bad = [cell for cells in read if isinstance(cells, list) for cell in cells]
        yield good, bad, len(chunk)
