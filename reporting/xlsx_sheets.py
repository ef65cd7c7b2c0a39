"""Sheets of a workbook, written row by row: any text as text, and no row left out.

What a CRM's users type must never be run by a spreadsheet: every text is of the type "text",
whatever it begins with, and only addresses of web pages become links.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reporting.sections.links import safe_link

MAX_ROWS = 1_048_576  # of a sheet, by Excel
MAX_LINKS = 65_530  # the same
MAX_TEXT = 32_767  # of a cell
MAX_NAME = 31  # of a sheet's name
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula when edited
# XML has no place for these; lone halves of a pair cannot be written at all
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read _x0041_ as "A"
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")

Kind = Literal["text", "long_text", "money", "count", "date"]
Value = str | Decimal | int | date | tuple[str | None, str | None] | None
_FORMATS = {"money": "#,##0.00", "count": "#,##0"}


@dataclass(frozen=True)
class Column:
    """A column: its heading, width in characters, and how values look.

    A value that is a pair is a text and the address it leads to, which may be None.
    """

    title: str
    width: int
    kind: Kind = "text"


class Sheets:
    """The sheets of a workbook whose names are unique; each goes on where one is full."""

    def __init__(
        self,
        book: Workbook,
        day_format: str,
        *,
        max_rows: int = MAX_ROWS,
        max_links: int = MAX_LINKS,
    ) -> None:
        self._book = book
        self._day_format = day_format
        self._max_rows, self.max_links = max_rows, max_links
        self._names: set[str] = set()

    @property
    def room(self) -> int:
        """Rows of a table on a sheet of its own, without the heading."""
        return self._max_rows - 1

    @contextmanager
    def table(
        self, name: str, columns: Sequence[Column], above: Sequence[str] = ()
    ) -> Iterator["Table"]:
        """A table with a filter and a frozen heading; ``above`` are lines of text before it."""
        table = Table(self, name, columns, above)
        try:
            yield table
        finally:
            table.close()

    def unique_name(self, name: str) -> str:
        """As Excel takes it: no forbidden characters, short, unlike any other in any case."""
        clean = _FORBIDDEN.sub("", _FORBIDDEN_IN_NAME.sub(" ", name))
        clean = " ".join(clean.split()).strip("'") or "-"
        number, unique = 1, _cut(clean, MAX_NAME)
        while unique.casefold() in self._names or unique.casefold() == "history":
            number += 1
            tail = f" ({number})"
            unique = _cut(clean, MAX_NAME - len(tail)) + tail
        self._names.add(unique.casefold())
        return unique

    def open_sheet(self, name: str) -> WriteOnlyWorksheet:
        sheet: WriteOnlyWorksheet = self._book.create_sheet(self.unique_name(name))
        return sheet

    def has_room(self, rows: int) -> bool:
        return rows < self._max_rows

    def may_link(self, links: int) -> bool:
        return links < self.max_links

    def format_of(self, kind: Kind) -> str | None:
        return self._day_format if kind == "date" else _FORMATS.get(kind)


class Table:
    """One table; where a sheet is full, it goes on in another with the same heading."""

    def __init__(
        self, sheets: Sheets, name: str, columns: Sequence[Column], above: Sequence[str]
    ) -> None:
        self._sheets, self._name, self._columns = sheets, name, columns
        self._sheet: WriteOnlyWorksheet = self._open(above)

    def append(self, values: Sequence[Value]) -> None:
        if not self._sheets.has_room(self._rows):
            self.close()
            self._sheet = self._open(())
        pairs = enumerate(zip(self._columns, values, strict=True))
        self._sheet.append([self._cell(place, column, value) for place, (column, value) in pairs])
        self._rows += 1

    def close(self) -> None:
        last = f"{get_column_letter(len(self._columns))}{max(self._rows, self._heading)}"
        self._sheet.auto_filter.ref = f"A{self._heading}:{last}"  # type: ignore[attr-defined]
        self._sheet.close()

    def _open(self, above: Sequence[str]) -> WriteOnlyWorksheet:
        sheet = self._sheets.open_sheet(self._name)
        for position, column in enumerate(self._columns, start=1):
            letter = get_column_letter(position)
            sheet.column_dimensions[letter].width = column.width  # type: ignore[attr-defined]
        self._heading = len(above) + 1
        # the heading stays in sight
        sheet.freeze_panes = f"A{self._heading + 1}"
        for number, line in enumerate(above):
            cell = _text_cell(sheet, line)
            cell.font = Font(bold=number == 0, size=14 if number == 0 else 11)
            sheet.append([cell])
        sheet.append([_heading_cell(sheet, column.title) for column in self._columns])
        self._cells: dict[tuple[int, bool, bool], Cell] = {}
        self._rows, self._links = self._heading, 0
        return sheet

    def _cell(self, place: int, column: Column, value: Value) -> Cell:
        text, address = value if isinstance(value, tuple) else (value, None)
        link = safe_link(address) if text and self._sheets.may_link(self._links) else None
        is_risky = isinstance(text, str) and text.startswith(_RISKY)
        key = (place, link is not None, is_risky)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = self._blank(column, is_link=bool(link), is_risky=is_risky)
        if isinstance(text, str):
            _write_text(cell, text)
        else:
            cell.value = text
        if link:
            cell.hyperlink = clean(link)
            self._links += 1
        return cell

    def _blank(self, column: Column, *, is_link: bool, is_risky: bool) -> Cell:
        """A cell that is written again and again, for making a style takes most of the time.

        The workbook keeps its style by reference, so the style must not change after the first use.
        """
        cell: Cell = WriteOnlyCell(self._sheet)
        if number_format := self._sheets.format_of(column.kind):
            cell.number_format = number_format
        cell.alignment = Alignment(vertical="top", wrap_text=column.kind == "long_text")
        cell.quotePrefix = is_risky  # else a person who edits the text makes a formula of it
        if is_link:
            cell.font = _LINK_FONT
        return cell


_LINK_FONT = Font(color="0563C1", underline="single")
_HEADING_FONT = Font(bold=True)
_HEADING_FILL = PatternFill("solid", fgColor="E8EEF4")


def clean(text: str) -> str:
    """Text that XML and Excel can hold; right-to-left marks and emoji stay."""
    return _ESCAPE.sub("_x005F_", _FORBIDDEN.sub("", text))[:MAX_TEXT]


def _write_text(cell: Cell, text: str) -> None:
    cell.value = clean(text)
    cell.data_type = "s"  # never a formula, an error or a number


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell: Cell = WriteOnlyCell(sheet)
    _write_text(cell, text)
    return cell


def _heading_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = _text_cell(sheet, text)
    cell.font, cell.fill = _HEADING_FONT, _HEADING_FILL
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _cut(text: str, length: int) -> str:
    """At most so many UTF-16 units, which is how Excel counts, without half a character."""
    while len(text.encode("utf-16-le")) > 2 * length:
        text = text[:-1]
    return text.rstrip().rstrip("'")
