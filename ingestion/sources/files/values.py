"""A cell as the value its column wants, or the reason why it cannot be read."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ingestion.sources.files.contract import Kind
from ingestion.sources.files.mapping import FileMapping
from ingestion.tabular import Cell, CellError, cells, names_roubles, read_text

Value = str | datetime | date | Decimal | int | bool | None

# what a person is told that a column wants
EXPECTED: Mapping[Kind, str] = {
    "id": "an identifier, e.g. 10452 or D-10452",
    "text": "a text",
    "word": "a word",
    "moment": "dd.mm.yyyy hh:mm:ss or yyyy-mm-ddThh:mm:ss, with an offset if it is another zone's",
    "day": "dd.mm.yyyy or yyyy-mm-dd",
    "money": "a number, e.g. 12000.50",
    "whole": "a whole number, e.g. 20",
    "flag": "true or false",
    "currency": "a code of ISO 4217, e.g. RUB",
    "payment": "a number other than zero, e.g. 12000.50; a refund is negative",
}
_MOST_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number
_WHOLE_AS_FRACTION = re.compile(r"(\d+)\.0")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eEеЕ]\+?\d{1,2}")


def reader_of(kind: Kind, column: str, mapping: FileMapping) -> Callable[[Cell], Value]:
    """How cells of a column are read; the reader raises ``CellError``, an empty cell is None."""
    words = mapping.values.get(column, {})
    read = _readers(mapping.zone, mapping.date_format)[kind]
    if not words:
        return read

    def read_word(cell: Cell) -> Value:
        text = read_text(cell)
        return read(cell if text is None else words.get(text.casefold(), cell))

    return read_word


def _readers(zone: ZoneInfo, date_format: str) -> dict[Kind, Callable[[Cell], Value]]:
    def read_moment(cell: Cell) -> datetime | None:
        return cells.read_moment(_by_format(cell, date_format), zone)

    def read_day(cell: Cell) -> date | None:
        moment = read_moment(cell)
        return moment.astimezone(zone).date() if moment else None

    return {
        "id": _read_id,
        "text": read_text,
        "word": _read_word,
        "moment": read_moment,
        "day": read_day,
        "money": cells.read_money,
        "whole": cells.read_whole,
        "flag": cells.read_flag,
        "currency": _read_currency,
        "payment": _read_payment,
    }


def _read_id(cell: Cell) -> str | None:
    """An identifier as text; 15.0, as programs write whole numbers beside empty cells, is 15."""
    text = read_text(cell)
    is_rounded = isinstance(cell, Decimal) and abs(cell) >= _MOST_DIGITS
    if is_rounded or (text and _SCIENTIFIC.fullmatch(text)):
        raise CellError(f'"{text}" lost its digits in a spreadsheet; export the column as a text')
    match = _WHOLE_AS_FRACTION.fullmatch(text or "")
    return match[1] if match else text


def _read_word(cell: Cell) -> str | None:
    text = read_text(cell)
    return text.casefold() if text else None


def _read_currency(cell: Cell) -> str | None:
    text = read_text(cell)
    if text is None:
        return None
    if names_roubles(text):
        return "RUB"
    if not re.fullmatch("[A-Za-z]{3}", text):
        raise CellError(f'"{text[:60]}" is no currency')
    return text.upper()


def _read_payment(cell: Cell) -> Decimal | None:
    amount = cells.read_money(cell)
    if amount == 0:
        raise CellError(f'"{read_text(cell)}" moves no money')
    return amount


def _by_format(cell: Cell, date_format: str) -> Cell:
    if not date_format or not isinstance(cell, str):
        return cell
    try:
        return datetime.strptime(cell, date_format)  # noqa: DTZ007 the zone follows
    except ValueError:
        raise CellError(f'"{cell[:60]}" is not a time of the form {date_format}') from None
