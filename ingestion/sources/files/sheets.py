"""A file of any of the formats as a header and rows of cells, read one after another."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook

from ingestion.errors import SourceFormatError
from ingestion.sources.files.csv_rows import SEPARATORS, CsvRow, detect_encoding, read_rows
from ingestion.sources.files.mapping import FileMapping
from ingestion.tabular import Cell, plain

_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"
_BLANK_ROWS_AT_THE_END = 1000  # formatting alone may reach a sheet's last possible row
_PARQUET_ROWS = 10_000  # rows in memory at once


@dataclass(frozen=True)
class SheetRow:
    """``number`` is the row's as a spreadsheet or an editor shows it; of Parquet it counts rows."""

    number: int
    cells: Sequence[Cell]
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """``rows`` can be gone through once, and only while the file is open (``open_sheet``)."""

    format: str
    encoding: str
    header: tuple[str, ...]
    rows: Iterator[SheetRow]


def open_sheet(path: Path, mapping: FileMapping, headers: Iterable[str]) -> Sheet:
    """Open a file by what it holds, whatever its name ends with.

    Args:
        headers: those that matter; the separator of a CSV file is the one that finds the most.

    Raises:
        SourceFormatError: it is a file of another kind, damaged or empty; later also the rows.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    if not head:
        raise SourceFormatError("the file is empty")
    if head == _PARQUET:
        return _parquet(path)
    if head == _ZIP:
        return _workbook(path, mapping.sheet)
    return _csv(path, mapping, {plain(header) for header in headers})


def _csv(path: Path, mapping: FileMapping, known: set[str]) -> Sheet:
    encoding = mapping.encoding or detect_encoding(path)

    def found(separator: str) -> tuple[int, int]:
        with closing(read_rows(path, encoding, separator)) as rows:  # type: ignore[type-var]
            header = next(rows, None)
        cells = header.cells if header else []
        return len({plain(cell) for cell in cells} & known), len(cells)

    separator = mapping.separator or max(SEPARATORS, key=found)
    rows = read_rows(path, encoding, separator)
    first = next(rows, None)
    if first is None:
        raise SourceFormatError("the file is empty")
    header = tuple(_text(cell) or "" for cell in first.cells)

    def numbered() -> Iterator[SheetRow]:
        for row in rows:
            cells = [_text(text) for text in row.cells]
            yield SheetRow(row.number, cells, _csv_problem(row, len(header), separator))

    return Sheet("csv", encoding.removesuffix("-sig"), header, numbered())


def _csv_problem(row: CsvRow, width: int, separator: str) -> str:
    if row.is_broken:
        return "its quotes are broken; double a quote inside quotes, and close every one"
    least = max(width - 1, 1)  # separators of a whole row
    if len(row.lines) > 1 and sum(line.count(separator) >= least for line in row.lines) > 1:
        return "a quote opened in this row swallows the rows below; close or remove it"
    if any(cell.strip() for cell in row.cells[width:]):
        # an unquoted decimal comma in a file separated by commas looks like this
        return f"it has {len(row.cells)} cells, the header {width}; quote cells with separators"
    return ""


def _workbook(path: Path, sheet_name: str) -> Sheet:
    rows = _workbook_rows(path, sheet_name)
    first = next(rows, None)
    if first is None:
        raise SourceFormatError("the sheet is empty")
    header = tuple("" if cell is None else str(cell) for cell in first.cells)
    return Sheet("xlsx", "", header, rows)


def _workbook_rows(path: Path, sheet_name: str) -> Iterator[SheetRow]:
    try:
        with (
            path.open("rb") as stream,  # by its path openpyxl would judge a file by its ending
            closing(
                load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            ) as book,
        ):
            if sheet_name and sheet_name not in book.sheetnames:
                raise SourceFormatError(
                    f'no sheet "{sheet_name}"; the workbook has {", ".join(book.sheetnames)}'
                )
            sheet = book[sheet_name] if sheet_name else book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong size, and rows would be lost
            blank = 0
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                cells = [_cell(value) for value in values]
                if any(cell is not None for cell in cells):
                    blank = 0
                    yield SheetRow(number, cells)
                elif (blank := blank + 1) > _BLANK_ROWS_AT_THE_END:
                    return
    except SourceFormatError:
        raise
    except Exception as error:
        # a damaged archive makes its readers raise whatever comes: zlib, zipfile, XML, KeyError
        raise SourceFormatError(
            f"not a workbook that can be opened ({type(error).__name__}); "
            "save it again as .xlsx or export it as CSV"
        ) from None


def _parquet(path: Path) -> Sheet:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise SourceFormatError(f"not a Parquet file that can be opened ({error})") from None

    def rows() -> Iterator[SheetRow]:
        number = 0
        try:
            with file:
                for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
                    columns = [_python_values(column) for column in batch.columns]
                    for values in zip(*columns, strict=True):
                        number += 1
                        yield SheetRow(number, [_cell(value) for value in values])
        except (pa.ArrowException, OSError) as error:
            raise SourceFormatError(f"the Parquet file is damaged ({error})") from None

    return Sheet("parquet", "", tuple(file.schema_arrow.names), rows())


def _python_values(column: "pa.Array") -> list[object]:
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        # Python's moments end at microseconds
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values


def _text(text: str) -> str | None:
    return text.replace("\u00a0", " ").strip() or None


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        # 15 significant digits are all that a spreadsheet keeps; the rest is noise of fractions
        return Decimal(format(value, ".15g")) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | Decimal | dt.date | dt.time):
        return value
    return str(value)
