"""Values of cells: what people type and what spreadsheets store, read exactly or refused.

A cell of a CSV file is a text; a workbook's may also be a number, a day or a moment. Every reader
returns None for an empty cell and raises ``CellError`` for one that it would have to guess at.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

Cell = str | int | Decimal | bool | datetime | date | time | None

KOPECK = Decimal("0.01")
MAX_MONEY = Decimal(10) ** 14  # so that sums of a hundred such fit DECIMAL(18,2)
_YEARS = range(1990, 2100)
_SHOWN = 60  # letters of a bad value that a message quotes
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t"), " ")
_DASHES = dict.fromkeys(map(ord, "\u2212\u2013\u2014"), "-")
_ROUBLES = re.compile(r"(?:₽|руб(?:\.|лей|ля|ль)?|р(?:\.|$)|rub)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_SPACED = re.compile(r"[+-]? ?\d{1,3}(?: \d{3})+(?:[.,]\d*)?|[+-] .+")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
_THREE_AFTER_ONE_SIGN = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eе][+-]?\d{1,2}", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?")
_YES = frozenset({"1", "true", "yes", "да", "д", "y", "истина", "+"})
_NO = frozenset({"0", "false", "no", "нет", "н", "n", "ложь", "-"})


class CellError(ValueError):
    """One cell cannot be read; the text is the reason shown to a person."""


def read_text(cell: Cell) -> str | None:
    """A text as it is seen: a whole number without its ".0", a day as ISO."""
    if cell is None:
        return None
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell).replace("\u00a0", " ").strip() or None


def read_decimal(cell: Cell, *, has_thousands: bool = True) -> Decimal | None:
    """A number exactly as written: comma or point, blanks between thousands, rouble signs.

    "1,234" and "1.234" are refused, nobody can tell a thousand from a fraction; where the column
    cannot have thousands (``has_thousands``) they are fractions. A lone dash is an empty cell.
    """
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return Decimal(cell)
    if cell is not None and not isinstance(cell, str):
        raise CellError(f'"{read_text(cell)}" is not a number; expected e.g. 12000.50')
    text = _ROUBLES.sub("", (cell or "").translate(_BLANKS | _DASHES)).strip()
    if text in {"", "-"}:
        if cell and cell.strip() and text == "" and _ROUBLES.search(cell):
            raise CellError(f'"{_quoted(cell)}" has no number; expected e.g. 12000.50')
        return None
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    if has_thousands and _THREE_AFTER_ONE_SIGN.fullmatch(text):
        raise CellError(
            f'"{_quoted(text)}" may be a thousand or a fraction; write e.g. 1234.00 or 1.23'
        )
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if has_thousands and (match := _GROUPED.fullmatch(text)):
        return Decimal(text.replace(match[1], "").replace(",", "."))
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            f'"{_quoted(text)}" lost its digits in a spreadsheet; export the column as a number'
        )
    raise CellError(f'"{_quoted(cell or "")}" is not a number; expected e.g. 12000.50')


def read_money(cell: Cell) -> Decimal | None:
    """An amount in whole kopecks: what is finer is rounded half away from zero."""
    number = read_decimal(cell)
    if number is None:
        return None
    if abs(number) >= MAX_MONEY:
        raise CellError(f'"{_quoted(str(cell))}" is more than any amount; is it another column?')
    return number.quantize(KOPECK, ROUND_HALF_UP)


def read_whole(cell: Cell) -> int | None:
    """A whole number of at most 18 digits."""
    number = read_decimal(cell)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) >= 10**18:
        raise CellError(f'"{_quoted(str(cell))}" is not a whole number; expected e.g. 1200')
    return int(number)


def read_day(cell: Cell) -> date | None:
    """A day: dd.mm.yyyy or ISO, a time after it ignored; a real date cell."""
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    found = _moment(cell)
    return found.date() if found else None


def read_moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """A moment in UTC: dd.mm.yyyy[ hh:mm[:ss]] or ISO 8601; without an offset it is ``zone``'s."""
    if isinstance(cell, datetime):
        found: datetime | None = cell
    elif isinstance(cell, date):
        found = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 the zone follows
    else:
        found = _moment(cell)
    if found is None:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def read_flag(cell: Cell) -> bool | None:
    """Yes or no, in two languages and as spreadsheets store it."""
    if isinstance(cell, bool):
        return cell
    text = read_text(cell)
    if text is None:
        return None
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise CellError(f'"{_quoted(text)}" is neither yes nor no; expected e.g. true or false')


def names_roubles(cell: Cell) -> bool:
    """Whether an amount is written with a rouble sign."""
    return isinstance(cell, str) and _ROUBLES.search(cell.strip()) is not None


def _moment(cell: Cell) -> datetime | None:
    """A day with or without a time, naive where the text names no offset."""
    text = read_text(cell)
    if text is None:
        return None
    refused = CellError(f'"{_quoted(text)}" is not a day; expected dd.mm.yyyy or yyyy-mm-dd')
    if not isinstance(cell, str):  # a serial number that was never formatted as a date
        raise refused
    try:
        if match := _DAY.match(text):
            day = date(int(match[3]), int(match[2]), int(match[1]))
            rest = text[match.end() :].lstrip(" ,T")
            clock = _TIME.fullmatch(rest) if rest else None
            if rest and clock is None:
                raise refused
            hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else 3 * [0]
            found = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001
        else:
            found = datetime.fromisoformat(text)
    except CellError:
        raise
    except ValueError:
        raise refused from None
    if found.year not in _YEARS:
        raise CellError(f'"{_quoted(text)}" is a year that cannot be meant')
    return found


def _quoted(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
