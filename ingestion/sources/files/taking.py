"""One file of a folder into batches of rows, with what was found in it on the way."""

import json
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from ingestion.columns import Row
from ingestion.errors import SourceFormatError
from ingestion.inbox import InboxFile
from ingestion.sources.files.contract import Feed
from ingestion.sources.files.mapping import FileMapping, read_mapping
from ingestion.sources.files.rows import BadCell, RowReader, read_header, split
from ingestion.sources.files.sheets import open_sheet
from ingestion.tabular import CellError

BATCH = 10_000  # rows of a file handed over at once
_PEEK = 200  # bytes shown of a file that cannot be read


@dataclass
class Findings:
    """What was found in a file; whole once all of its batches have been taken."""

    format: str = ""
    encoding: str = ""
    rows_read: int = 0
    rows_quarantined: int = 0
    duplicate_rows: int = 0
    duplicate_example: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    missing_columns: list[str] = field(default_factory=list)

    def as_row(self) -> Row:
        return {
            "format": self.format or None,
            "encoding": self.encoding or None,
            "rows_read": self.rows_read,
            "rows_quarantined": self.rows_quarantined,
            "duplicate_rows": self.duplicate_rows,
            "duplicate_example": self.duplicate_example or None,
            "unknown_columns": _listed(self.unknown_columns),
            "missing_columns": _listed(self.missing_columns),
        }


@dataclass(frozen=True)
class Batch:
    """Rows of a feed's table, and what is wrong with the others."""

    good: list[Row]
    bad: list[BadCell]


def take(
    file: InboxFile,
    feed: Feed,
    mapping_file: Path | None,
    zone: ZoneInfo,
    place: int,
    loaded_at: datetime,
    findings: Findings,
) -> Iterator[Batch]:
    """The rows of a file, never all of them at once; a file that cannot be read is one bad cell.

    Args:
        zone: of times without an offset, unless the mapping names another.
        place: the file's in the order of loading.
        findings: filled in on the way.
    """
    try:
        if file.problem:
            raise SourceFormatError(
                f"the file cannot be read ({file.problem}); give this user the right to read it"
            )
        mapping = read_mapping(mapping_file, feed, zone)
        yield from _batches(file, feed, mapping, place, loaded_at, findings)
    except SourceFormatError as error:
        findings.rows_quarantined += 1
        expected = f"a CSV, XLSX or Parquet table with {', '.join(feed.required)}"
        yield Batch([], [BadCell(0, "", _peek(file), expected, str(error))])


def _batches(
    file: InboxFile,
    feed: Feed,
    mapping: FileMapping,
    place: int,
    loaded_at: datetime,
    findings: Findings,
) -> Iterator[Batch]:
    headers = [mapping.columns.get(column, column) for column in feed.columns]
    sheet = open_sheet(file.path, mapping, headers)
    with closing(sheet.rows):  # type: ignore[type-var]
        findings.format, findings.encoding = sheet.format, sheet.encoding
        header = read_header(sheet.header, feed, mapping)
        findings.missing_columns = list(header.missing)
        findings.unknown_columns = [
            text
            for text in header.unknown.values()
            if "*" not in mapping.ignore and text not in mapping.ignore
        ]
        stamp = {"file_sha256": file.sha256, "file_name": file.name, "loaded_at": loaded_at}
        try:
            reader = RowReader(feed, header, mapping, stamp, place)
        except CellError as error:
            raise SourceFormatError(f"constants of the mapping: {error}") from None
        repeats = _Repeats()
        for good, bad, count in split(sheet.rows, reader, BATCH):
            for row in good:
                repeats.add(row["row_key"], row["row_number"])
            findings.rows_read += count
            findings.rows_quarantined += count - len(good)
            yield Batch(good, bad)
        findings.duplicate_rows, findings.duplicate_example = repeats.count()


class _Repeats:
    """Counts keys that come again, at sixteen bytes a row whatever the keys are."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._numbers = array("q")

    def add(self, key: str, row_number: int) -> None:
        self._hashes.append(hash(key))
        self._numbers.append(row_number)

    def count(self) -> tuple[int, str]:
        """How many rows a later one of the file replaces, and the first such pair."""
        hashes = np.frombuffer(self._hashes, dtype=np.int64)
        order = np.argsort(hashes, kind="stable")
        again = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
        if not again.size:
            return 0, ""
        first = int(again[np.argmin(order[again])])
        earlier, later = (self._numbers[int(order[first + n])] for n in (0, 1))
        return int(again.size), f"row {later} replaces row {earlier}"


def _listed(texts: list[str]) -> str | None:
    return json.dumps(texts, ensure_ascii=False) if texts else None


def _peek(file: InboxFile) -> str:
    try:
        with file.path.open("rb") as stream:
            start = stream.read(_PEEK).decode("cp1251", "replace")
    except OSError:
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in start)
