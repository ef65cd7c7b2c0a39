"""Tables in files that people make: where the header stands, what it means, which rows count.

A file may be CSV with any of three separators, or a workbook of several sheets; a title may stand
above the header, blank lines and totals among the rows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from ingestion.errors import SourceFormatError
from ingestion.tabular import cells
from ingestion.tabular.cells import Cell, CellError
from ingestion.tabular.grids import (
    SEPARATORS,
    Grid,
    GridRow,
    decode,
    is_workbook,
    read_csv,
    read_workbook,
)

_HEADER_WITHIN = 30  # rows that are not blank; a title and a legend are shorter
_UNIT = re.compile(r"[\s,(\[]*(?:руб(?:\.|лей|ля|ль)?|р\.|₽|rub)[)\]]*\s*$", re.IGNORECASE)
_TOTALS = frozenset({"итого", "итог", "итоги", "всего", "total", "totals", "grandtotal"})
_SHOWN_ROW = 500  # letters of a row kept for a person to find it

T = TypeVar("T")


@dataclass(frozen=True)
class Layout:
    """What a kind of file holds.

    ``columns`` maps a column's own name to the other headers it goes by; letter case, ё, blanks,
    signs and "₽" behind a header make no difference. Each group of ``required`` names columns of
    which one must be there.
    """

    columns: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]

    def names(self) -> dict[str, str]:
        """Every accepted header, in its plain form, to the column's own name."""
        accepted = {plain(alias): name for name, many in self.columns.items() for alias in many}
        return accepted | {plain(name): name for name in self.columns}


@dataclass(frozen=True)
class TableRow:
    """One row; readers by the column's own name raise ``CellError`` with the header of the file.

    ``problem`` says why the row as a whole cannot be read. ``extra`` has the columns nobody knows.
    """

    number: int
    values: Mapping[str, Cell]
    extra: Mapping[str, Cell] = field(default_factory=dict)
    shown: str = ""
    problem: str = ""
    is_total: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, column: str) -> str | None:
        return cells.read_text(self.values.get(column))

    def decimal(self, column: str, *, has_thousands: bool = True) -> Decimal | None:
        return self._read(
            column, lambda cell: cells.read_decimal(cell, has_thousands=has_thousands)
        )

    def money(self, column: str) -> Decimal | None:
        return self._read(column, cells.read_money)

    def whole(self, column: str) -> int | None:
        return self._read(column, cells.read_whole)

    def day(self, column: str) -> date | None:
        return self._read(column, cells.read_day)

    def moment(self, column: str, zone: ZoneInfo) -> datetime | None:
        return self._read(column, lambda cell: cells.read_moment(cell, zone))

    def flag(self, column: str) -> bool | None:
        return self._read(column, cells.read_flag)

    def error(self, column: str, reason: str) -> CellError:
        """A refusal that names the column as the file does."""
        return CellError(f'column "{self.headers.get(column, column)}": {reason}')

    def _read(self, column: str, reader: Callable[[Cell], T]) -> T:
        try:
            return reader(self.values.get(column))
        except CellError as error:
            raise self.error(column, str(error)) from None

    def as_written(self) -> dict[str, str]:
        """Every filled cell by the header of the file, as JSON can hold it."""
        known = {self.headers[name]: cell for name, cell in self.values.items()}
        shown = {name: cells.read_text(cell) for name, cell in {**known, **self.extra}.items()}
        return {name: text for name, text in shown.items() if text is not None}


@dataclass(frozen=True)
class Table:
    """One sheet of a file: what its header says and the rows under it, totals marked."""

    sheet: str
    header_row: int
    headers: Mapping[str, str]  # the column's own name -> header of the file
    unknown: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class TableFile:
    """A file as read; ``ignored`` are sheets that hold something and have no such table."""

    tables: tuple[Table, ...]
    encoding: str
    ignored: tuple[tuple[str, str], ...] = ()  # (sheet, reason)


def plain(text: str) -> str:
    """A header as it is compared: letters and digits only, without a unit of money."""
    folded = unicodedata.normalize("NFKC", _UNIT.sub("", text)).casefold().replace("ё", "е")
    return "".join(letter for letter in folded if letter.isalnum())


def read_tables(name: str, content: bytes, layout: Layout) -> TableFile:
    """Read a whole file.

    Raises:
        SourceFormatError: the file is neither CSV nor a workbook, or no sheet of it has the
            required columns; the text names the file, the row and the columns.
    """
    try:
        if is_workbook(content):
            return tables_of(name, read_workbook(content), layout, "xlsx")
        text, encoding = decode(content)
    except SourceFormatError as error:
        raise SourceFormatError(f"{name}: {error}") from None
    if not text.strip():
        raise SourceFormatError(f"{name}: the file is empty")
    separator = _separator(text, layout)
    return tables_of(name, [read_csv(text, separator)], layout, encoding)


def tables_of(name: str, grids: Iterable[Grid], layout: Layout, encoding: str) -> TableFile:
    """The tables of grids that were read already; see ``read_tables``."""
    tables, ignored, first_error = [], [], None
    for grid in grids:
        if not grid.rows:
            continue
        where = f'{name} sheet "{grid.sheet}"' if grid.sheet else name
        try:
            tables.append(_table(where, grid, layout))
        except SourceFormatError as error:
            first_error = first_error or error
            ignored.append((grid.sheet, str(error)))
    if not tables:
        raise first_error or SourceFormatError(f"{name}: the file is empty")
    return TableFile(tuple(tables), encoding, tuple(ignored))


def _separator(text: str, layout: Layout) -> str:
    """The one by which the most columns of the header are known."""
    names = layout.names()

    def known(separator: str) -> int:
        rows = read_csv(text, separator, _HEADER_WITHIN).rows
        return max((len(_recognised(row, names)) for row in rows), default=0)

    return max(SEPARATORS, key=known)


def _recognised(row: GridRow, names: Mapping[str, str]) -> set[str]:
    found = (names.get(plain(cell)) for cell in row.cells if isinstance(cell, str))
    return {name for name in found if name}


def _table(where: str, grid: Grid, layout: Layout) -> Table:
    names = layout.names()
    top = grid.rows[:_HEADER_WITHIN]
    known = [_recognised(row, names) for row in top]

    def missing(found: set[str]) -> list[tuple[str, ...]]:
        return [group for group in layout.required if not found & set(group)]

    whole = [index for index, found in enumerate(known) if not missing(found)]
    best = whole[0] if whole else max(range(len(top)), key=lambda index: len(known[index]))
    header = top[best]
    if not whole:
        if len(known[best]) < min(2, len(layout.columns)):
            raise SourceFormatError(
                f"{where}: no header in the first {len(top)} rows; expected columns "
                f"{_listed(layout.required)}"
            )
        raise SourceFormatError(
            f"{where} row {header.number}: no column {_listed(missing(known[best]))}; "
            f"the header has {', '.join(str(cell) for cell in header.cells if cell is not None)}"
        )
    columns, unknown = _columns(where, header, names)
    headers = {name: str(header.cells[index]).strip() for name, index in columns.items()}
    width = max(index for index, cell in enumerate(header.cells) if cell is not None) + 1
    return Table(
        grid.sheet,
        header.number,
        headers,
        tuple(unknown.values()),
        tuple(
            _row(row, columns, unknown, headers, width, grid.separator)
            for row in grid.rows[best + 1 :]
        ),
    )


def _listed(groups: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(" or ".join(group) for group in groups)


def _columns(
    where: str, header: GridRow, names: Mapping[str, str]
) -> tuple[dict[str, int], dict[int, str]]:
    """Where every known column stands, and the headers of the others.

    A column's own name wins over a header that merely means the same; of two such neither does.
    """
    texts = {index: str(cell) for index, cell in enumerate(header.cells) if cell is not None}
    columns: dict[str, int] = {}
    for index, text in texts.items():
        name = names.get(plain(text))
        if name is None:
            continue
        other = columns.setdefault(name, index)
        if other == index:
            continue
        own = [at for at in (other, index) if plain(texts[at]) == plain(name)]
        if len(own) != 1:
            raise SourceFormatError(
                f'{where} row {header.number}: columns "{texts[other]}" and "{text}" both mean '
                f"{name}; rename one of them"
            )
        columns[name] = own[0]
    taken = set(columns.values())
    return columns, {index: text for index, text in texts.items() if index not in taken}


def _row(
    row: GridRow,
    columns: Mapping[str, int],
    unknown: Mapping[int, str],
    headers: Mapping[str, str],
    width: int,
    separator: str,
) -> TableRow:
    def cell(index: int) -> Cell:
        return row.cells[index] if index < len(row.cells) else None

    # what stands under no header is kept too
    nameless = {
        f"column {index + 1}": cell(index)
        for index in set(range(min(width, len(row.cells)))) - set(columns.values()) - set(unknown)
        if cell(index) is not None
    }
    return TableRow(
        number=row.number,
        values={name: cell(index) for name, index in columns.items()},
        extra={header: cell(index) for index, header in unknown.items()} | nameless,
        shown=_shown(row),
        problem=_problem(row, width, separator),
        is_total=_is_total(row),
        headers=headers,
    )


def _shown(row: GridRow) -> str:
    texts = (cells.read_text(cell) or "" for cell in row.cells)
    return ("".join(row.lines).strip() or "; ".join(texts))[:_SHOWN_ROW]


def _problem(row: GridRow, width: int, separator: str) -> str:
    if sum(line.count(separator) >= max(width - 1, 1) for line in row.lines) > 1:
        return "a quote opened in this row swallows the rows below; close or remove it"
    beyond = [cell for cell in row.cells[width:] if cell is not None]
    # an unquoted decimal comma in a file separated by commas looks like this
    if beyond:
        return f"the row has {len(row.cells)} cells, the header {width}; quote cells with commas"
    return ""


def _is_total(row: GridRow) -> bool:
    first = next((cell for cell in row.cells if cell is not None), None)
    return isinstance(first, str) and bool({plain(first.split()[0]), plain(first)} & _TOTALS)
