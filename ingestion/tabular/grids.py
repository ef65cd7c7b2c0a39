"""Bytes of a CSV file or a workbook to rows of cells, each with the number that people see."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl import load_workbook

from ingestion.errors import SourceFormatError
from ingestion.tabular.cells import Cell

SEPARATORS = (";", ",", "\t")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A spreadsheet ends where its cells do; formatting alone may reach the last possible row.
_BLANK_ROWS_AT_THE_END = 1000
_MOST_LINES_OF_A_ROW = 100  # more of them are one quote that was never closed


@dataclass(frozen=True)
class GridRow:
    """``number`` counts from 1 as a spreadsheet or an editor shows it."""

    number: int
    cells: tuple[Cell, ...]
    # lines of the file, for a row of a CSV file with line breaks inside quotes
    lines: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return all(cell is None for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """One sheet, or a CSV file read with one separator; ``sheet`` is empty for a CSV file."""

    sheet: str
    rows: tuple[GridRow, ...]
    separator: str = ""


def is_workbook(content: bytes) -> bool:
    return content.startswith(_ZIP)


def read_workbook(content: bytes) -> Iterator[Grid]:
    """Every visible or hidden sheet; formulas by the value that was stored with them.

    Raises:
        SourceFormatError: the file is no workbook of Excel 2007 or later.
    """
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows would be lost
            yield Grid(sheet.title, tuple(_sheet_rows(sheet.iter_rows(values_only=True))))
        book.close()
    except Exception as error:
        # a damaged archive makes its readers raise whatever comes: zlib, zipfile, XML, KeyError
        raise SourceFormatError(
            f"not a workbook that can be opened ({type(error).__name__}); "
            "save it again as .xlsx or export it as CSV"
        ) from None


def _sheet_rows(rows: Iterator[tuple[object, ...]]) -> Iterator[GridRow]:
    blank = 0
    for number, values in enumerate(rows, start=1):
        row = GridRow(number, tuple(_cell(value) for value in values))
        blank = blank + 1 if row.is_blank else 0
        if blank > _BLANK_ROWS_AT_THE_END:
            return
        if not blank:
            yield row


def _cell(value: object) -> Cell:
    if isinstance(value, float):
        # a workbook keeps 15 significant digits; the rest is the noise of binary fractions
        return Decimal(format(value, ".15g"))
    if isinstance(value, str):
        return value.replace("\u00a0", " ").strip() or None
    if value is None or isinstance(value, bool | int | datetime | date | time):
        return value
    return str(value)


def decode(content: bytes) -> tuple[str, str]:
    """Text of a CSV file and its encoding: by the BOM, else UTF-8, else Windows-1251.

    Raises:
        SourceFormatError: it is a file of another kind.
    """
    if content.startswith(_OLD_EXCEL):
        raise SourceFormatError("a workbook of Excel 97-2003; save it as .xlsx or export it as CSV")
    by_bom = [encoding for bom, encoding in _BOMS if content.startswith(bom)]
    for encoding in (*by_bom, "utf-8", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        return text, encoding.removesuffix("-sig")
    raise SourceFormatError("neither CSV text (UTF-8 or Windows-1251) nor an .xlsx workbook")


def read_csv(text: str, separator: str, most_rows: int | None = None) -> Grid:
    """Rows of a CSV text read with one separator; ``most_rows`` stops early, to have a look.

    A quote that nobody closed must not swallow the rest of the file: a line that begins a row which
    the format forbids is a row of its own, quotes and all.
    """
    source = _Lines(list(io.StringIO(text, newline="")))  # not splitlines: form feeds are no ends
    rows: list[GridRow] = []
    reader = csv.reader(source, delimiter=separator, strict=True)
    while most_rows is None or len(rows) < most_rows:
        source.begin()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            source.end_after_the_first()
            cells = next(csv.reader(source.row(), delimiter=separator, quoting=csv.QUOTE_NONE))
            reader = csv.reader(source, delimiter=separator, strict=True)
        row = GridRow(source.start + 1, tuple(_cell(cell) for cell in cells), source.row())
        if not row.is_blank:
            rows.append(row)
    return Grid("", tuple(rows), separator)


class _Lines:
    """Lines of a file, and which of them the row that is being read has taken."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._next = 0
        self.start = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._next >= len(self._lines):
            raise StopIteration
        if self._next - self.start >= _MOST_LINES_OF_A_ROW:
            raise csv.Error
        self._next += 1
        return self._lines[self._next - 1]

    def begin(self) -> None:
        self.start = self._next

    def end_after_the_first(self) -> None:
        self._next = self.start + 1

    def row(self) -> tuple[str, ...]:
        return tuple(self._lines[self.start : self._next])
