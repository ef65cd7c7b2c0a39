"""A whole spend file: its readable rows, those set aside with a reason, and its control totals."""

from dataclasses import dataclass
from decimal import Decimal

from ingestion.errors import SourceFormatError
from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.lines import SpendLine, read_line
from ingestion.sources.spend_files.settings import LAYOUT
from ingestion.tabular import CellError, Table, TableRow, read_tables

_ZERO = Decimal("0.00")
_PEEK = 200  # bytes shown of a file that is something else


@dataclass(frozen=True)
class Place:
    """Where in a file; ``sheet`` is empty in CSV, row 0 is the whole sheet or file."""

    sheet: str = ""
    row_number: int = 0


@dataclass(frozen=True)
class Rejected:
    """What could not be read: ``cost`` is its amount where at least that is clear."""

    place: Place
    reason: str
    text: str
    cost: Decimal | None = None


@dataclass(frozen=True)
class SpendFile:
    """A file as read; ``stated`` is the sum that its own total line gives, if it has just one."""

    lines: tuple[tuple[Place, SpendLine, dict[str, str]], ...] = ()
    rejected: tuple[Rejected, ...] = ()
    encoding: str = ""
    tables: int = 0
    unknown_columns: tuple[str, ...] = ()
    stated: Decimal | None = None

    @property
    def cost(self) -> Decimal:
        """Sum of the readable rows as written, whatever their currency: a control total."""
        return sum((line.cost for _, line, _ in self.lines), _ZERO)

    @property
    def cost_rejected(self) -> Decimal:
        return sum((row.cost for row in self.rejected if row.cost is not None), _ZERO)

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({line.currency for _, line, _ in self.lines}))


def parse(name: str, content: bytes, section: SpendFilesSection) -> SpendFile:
    """Read a file; never raises for what is in it: a file that is none is one rejected row 0."""
    try:
        file = read_tables(name, content, LAYOUT)
    except SourceFormatError as error:
        return SpendFile(rejected=(Rejected(Place(), str(error), _peek(content)),))
    lines: list[tuple[Place, SpendLine, dict[str, str]]] = []
    rejected = [Rejected(Place(sheet), reason, "") for sheet, reason in file.ignored]
    for table in file.tables:
        if problem := _unusable(name, table):
            rejected.append(Rejected(Place(table.sheet, 0), problem, ""))
            continue
        for row in table.rows:
            place = Place(table.sheet, row.number)
            if row.is_total:
                continue
            try:
                lines.append((place, read_line(row, section), row.as_written()))
            except CellError as error:
                rejected.append(Rejected(place, str(error), row.shown, _cost(row)))
    unknown = {header: None for table in file.tables for header in table.unknown}
    return SpendFile(
        tuple(lines),
        tuple(rejected),
        file.encoding,
        len(file.tables),
        tuple(unknown),
        _stated(file.tables),
    )


def _unusable(name: str, table: Table) -> str:
    if "date" not in table.headers and "date_to" not in table.headers:
        where = f'{name} sheet "{table.sheet}"' if table.sheet else name
        return f"{where} row {table.header_row}: no column date_to beside date_from"
    return ""


def _cost(row: TableRow) -> Decimal | None:
    try:
        return row.money("cost")
    except CellError:
        return None


def _stated(tables: tuple[Table, ...]) -> Decimal | None:
    """The total line's sum; None without one, and where several may be totals of parts."""
    totals = [row for table in tables for row in table.rows if row.is_total]
    if len(tables) != 1 or len(totals) != 1 or totals[0] is not tables[0].rows[-1]:
        return None
    return _cost(totals[0])


def _peek(content: bytes) -> str:
    start = content[:_PEEK].decode("cp1251", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in start)
