"""Rows of a CSV file, one after another: a file of any size is never held in memory."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ingestion.errors import SourceFormatError

SEPARATORS = (";", ",", "\t")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20  # bytes
_MOST_LINES_OF_A_ROW = 100  # more of them are one quote that was never closed


@dataclass(frozen=True)
class CsvRow:
    """``number`` is that of the row's first line; a cell may go over several ``lines``."""

    number: int
    cells: list[str]
    lines: list[str]
    is_broken: bool = False  # its quotes are not as the format wants them


def detect_encoding(path: Path) -> str:
    """By the BOM, else UTF-8 if all of the file is, else Windows-1251.

    Raises:
        SourceFormatError: it is a file of another kind.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
        if head.startswith(_OLD_EXCEL):
            raise SourceFormatError(
                "a workbook of Excel 97-2003; save it as .xlsx or export it as CSV"
            )
        for bom, encoding in _BOMS:
            if head.startswith(bom):
                return encoding
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        found = "utf-8"
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                raise SourceFormatError("neither CSV text, nor an .xlsx workbook, nor Parquet")
            try:
                if found == "utf-8":
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                found = "cp1251"
        try:
            decoder.decode(b"", final=found == "utf-8")
        except UnicodeDecodeError:  # it ends in the middle of a letter
            found = "cp1251"
        return found


def read_rows(path: Path, encoding: str, separator: str) -> Iterator[CsvRow]:
    """Every row that is not blank.

    A quote that nobody closed must not swallow the rest of the file: a row that the format forbids
    is cut at its first line and read without regard to quotes.

    Raises:
        SourceFormatError: the file is not text in this encoding.
    """
    try:
        # a byte that Windows-1251 has no letter for is one letter lost, not a file
        errors = "replace" if encoding == "cp1251" else "strict"
        with path.open(encoding=encoding, errors=errors, newline="") as stream:
            yield from _rows(_Lines(stream), separator)
    except UnicodeError as error:
        raise SourceFormatError(f"not text in {encoding} ({error})") from None


def _rows(lines: "_Lines", separator: str) -> Iterator[CsvRow]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.begin()
        is_broken = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            is_broken = True
            lines.end_after_the_first()
            cells = next(csv.reader(lines.held, delimiter=separator, quoting=csv.QUOTE_NONE), [])
            reader = csv.reader(lines, delimiter=separator, strict=True)
        if any(cell.strip() for cell in cells):
            yield CsvRow(lines.start, cells, lines.held, is_broken)


class _Lines:
    """Lines of a file, and those that the row being read has taken."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self._taken = 0
        self.held: list[str] = []
        self.start = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.held) >= _MOST_LINES_OF_A_ROW:
            raise csv.Error
        line = self._returned.popleft() if self._returned else next(self._stream)
        self._taken += 1
        self.held.append(line)
        return line

    def begin(self) -> None:
        self.held = []
        self.start = self._taken + 1

    def end_after_the_first(self) -> None:
        self._returned.extendleft(reversed(self.held[1:]))
        self._taken = self.start
        self.held = self.held[:1]
