"""Records of a JSON API as rows of whole days: readers of values, a place for broken records.

Services spell the same thing differently from one field to the next: 12 and "12", true and "true".
A record that cannot be read does not stop the others; many of them mean that the API has changed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ingestion.columns import Row
from ingestion.days import Span, each_day
from ingestion.errors import SourceFormatError

Reader = Callable[[Any], Any]
# column -> (the service's field, how it is read); a dot leads into a nested object
Fields = Mapping[str, tuple[str, Reader]]

_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})
_SHOWN = 80  # characters of a broken value that a reason quotes


class BrokenRecordError(Exception):
    """One record cannot be read; its text names the field and the value."""


def read_record(record: Any, fields: Fields) -> Row:
    """The columns of one record; a field that it lacks is NULL.

    Raises:
        BrokenRecordError: it is no object, or a field holds another kind of value.
    """
    if not isinstance(record, dict):
        raise BrokenRecordError(f"a record is {type(record).__name__}, not an object")
    row: Row = {}
    for column, (field, reader) in fields.items():
        value: Any = record
        for part in field.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        try:
            row[column] = reader(value)
        except (ValueError, TypeError, ArithmeticError):
            shown = str(value)[:_SHOWN]
            raise BrokenRecordError(f'{field} "{shown}" is not {reader.__name__[3:]}') from None
    return row


def as_text(value: Any) -> str | None:
    """Text as it came; numbers become text, since the same field may be either."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError
    return str(value)


def as_moment(value: Any) -> datetime | None:
    """ISO 8601 with an offset, as UTC."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def as_whole(value: Any) -> int | None:
    """A whole number, also written as text; empty text is nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise TypeError
    whole = int(Decimal(value))
    if whole != Decimal(value):
        raise ValueError
    return whole


def as_boolean(value: Any) -> bool | None:
    """True or false, also written as text or as 1 and 0; empty text is nothing."""
    if value is None or value == "":
        return None
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError


def as_json(value: Any) -> str | None:
    """A nested value as JSON text."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)


_TYPES: dict[Reader, str] = {
    as_text: "text",
    as_whole: "bigint",
    as_boolean: "bool",
    as_json: "text",
}


@dataclass(frozen=True)
class DayTable:
    """How records become rows of a table that whole days replace.

    Args:
        where: the source and its report, for messages.
        day: the column of the day.
        read: one record as a row, the day among its columns; raises ``BrokenRecordError``.
        guess_day: the day of a record that could not be read, None where that too is unreadable.
        common: columns that every row has.
    """

    where: str
    day: str
    read: Callable[[Any], Row]
    guess_day: Callable[[Any], date | None]
    common: Row

    def rows(self, records: Sequence[Any], span: Span, today: date) -> list[Row]:
        """Rows of every day of the span; a day without a record gets one empty row.

        Raises:
            SourceFormatError: most of the records are broken.
        """
        rows: list[Row] = []
        broken: list[str] = []
        for record in records:
            try:
                row = self.read(record)
            except BrokenRecordError as error:
                broken.append(str(error))
                row = {
                    self.day: self._guess(record, span),
                    "malformed_reason": str(error),
                    "raw_record": as_json(record),
                }
            rows.append({**self.common, **row, "is_empty_day": False})
        refuse_if_most_are_broken(self.where, broken, len(records))
        filled = {row[self.day] for row in rows}
        rows += [
            {**self.common, self.day: day, "is_empty_day": True}
            for day in each_day(span)
            if day not in filled
        ]
        for row in rows:
            row["is_provisional"] = row[self.day] >= today
        return rows

    def _guess(self, record: Any, span: Span) -> date:
        day = self.guess_day(record)
        return day if day is not None and span[0] <= day <= span[1] else span[0]


def day_columns(key: str, key_type: str, day: str) -> dict[str, dict[str, Any]]:
    """dlt hints of the key, the day and what is said of a row."""
    return {
        key: {"data_type": key_type, "nullable": False},
        day: {"data_type": "date", "nullable": False},
        "is_provisional": {"data_type": "bool"},
        "is_empty_day": {"data_type": "bool"},
        "malformed_reason": {"data_type": "text"},
        "raw_record": {"data_type": "text"},
        "requested_at": {"data_type": "timestamp", "timezone": True},
    }


def field_columns(fields: Fields) -> dict[str, dict[str, Any]]:
    """dlt hints of the columns that fields fill."""
    return {column: {"data_type": _TYPES[reader]} for column, (_, reader) in fields.items()}


def refuse_if_most_are_broken(where: str, broken: list[str], total: int) -> None:
    """A few broken records are set aside; more than half of them are another API.

    Raises:
        SourceFormatError: naming the first reason.
    """
    if len(broken) * 2 > total:
        raise SourceFormatError(
            f"{where}: {len(broken)} of {total} records are not in the documented form "
            f"({broken[0]}); nothing was loaded, the service's API may have changed"
        )
