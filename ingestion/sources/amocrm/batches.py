"""Items to Arrow, column by column: cards of a large account land fast, and types stay strict.

A column of a batch is converted at once when all of its values have the type that amoCRM documents;
otherwise cell by cell, with the same converters that read single items (fields.py). So numbers in
strings pass, and what does not fit stops the load and names the card and the field.
"""

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sources.amocrm.fields import (
    SECONDS,
    Item,
    WrongTypeError,
    to_flag,
    to_integer,
    to_money,
    to_seconds,
    to_text,
    wrong_type,
)

Kind = Literal["integer", "money", "moment", "flag", "text", "json"]

_MOMENT = pa.timestamp("us", tz="UTC")
_ARROW = {
    "integer": pa.int64(),
    "money": pa.decimal128(18, 2),
    "moment": pa.int64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "json": pa.binary(),
}
# The types, besides None, that are taken as they are.
_DOCUMENTED: dict[Kind, frozenset[type]] = {
    "integer": frozenset({int}),
    "moment": frozenset({int}),
    "flag": frozenset({bool}),
    "text": frozenset({str}),
    "json": frozenset({bytes}),
}
_CONVERT: dict[Kind, Callable[[Any], Any]] = {
    "integer": to_integer,
    "money": to_money,
    "moment": to_seconds,
    "flag": to_flag,
    "text": to_text,
}
_NONE = type(None)


@dataclass(frozen=True)
class Column:
    """One column of a card's table.

    ``read`` gives its raw values for the items of a page, in their order; ``source`` is what the
    field is called in messages. JSON columns are read as UTF-8 bytes.
    """

    name: str
    kind: Kind
    source: str
    read: Callable[[Sequence[Item]], Iterable[Any]]
    is_key: bool = False


class Batch:
    """Rows of one table, gathered from pages; ``what`` names the card in messages, e.g. "lead"."""

    def __init__(self, what: str, columns: Sequence[Column]) -> None:
        self._what = what
        self._columns = columns
        self._cells: dict[str, list[Any]] = {}
        self._ids: list[Any] = []
        self._clear()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, items: Sequence[Item]) -> None:
        """Take what the table needs out of items; they are not kept, and may be changed."""
        self._ids += [item.get("id") for item in items]
        for column in self._columns:
            self._cells[column.name] += column.read(items)

    def take(self, account_id: int, seen_at: datetime) -> pa.Table:
        """Everything gathered so far, with the account and the moment of the run beside it.

        Raises:
            SourceFormatError: a value of another type; the text names the card and the field.
        """
        rows = len(self)
        arrays = {column.name: self._array(column) for column in self._columns}
        arrays["account_id"] = pa.repeat(pa.scalar(account_id, pa.int64()), rows)
        arrays["last_seen_at"] = pa.repeat(pa.scalar(seen_at, _MOMENT), rows)
        keys = {"account_id"} | {column.name for column in self._columns if column.is_key}
        self._clear()
        return pa.table(
            list(arrays.values()),
            schema=pa.schema(
                [pa.field(name, x.type, nullable=name not in keys) for name, x in arrays.items()]
            ),
        )

    def _clear(self) -> None:
        self._ids = []
        self._cells = {column.name: [] for column in self._columns}

    def _array(self, column: Column) -> pa.Array:
        values = self._cells[column.name]
        found = set(map(type, values)) - {_NONE}
        is_plain = found <= _DOCUMENTED.get(column.kind, frozenset())
        if not is_plain or (column.is_key and None in values):
            values = self._converted(column, values)
        try:
            array = pa.array(values, _ARROW[column.kind])
        except OverflowError:  # an integer of more than 64 bits: find whose
            array = pa.array(self._converted(column, values), _ARROW[column.kind])
        if column.kind == "json":
            return array.cast(pa.string())
        return self._moments(column, array) if column.kind == "moment" else array

    def _converted(self, column: Column, values: list[Any]) -> list[Any]:
        convert = _CONVERT[column.kind]
        done = []
        for row, value in enumerate(values):
            try:
                cell = convert(value)
                if cell is None and column.is_key:
                    raise WrongTypeError("a whole number")
            except WrongTypeError as error:
                card = self._what if column.is_key else f"{self._what} {self._ids[row]!r}"
                raise wrong_type(card, column.source, value, error.expected) from None
            done.append(cell)
        return done

    def _moments(self, column: Column, array: pa.Array) -> pa.Array:
        # 0 stands for "never", as in fields.to_seconds
        array = pc.if_else(pc.equal(array, 0), pa.scalar(None, pa.int64()), array)
        span = pc.min_max(array)
        if span["min"].is_valid and not _is_moment(span["min"].as_py(), span["max"].as_py()):
            self._converted(column, array.to_pylist())
        return array.cast(pa.timestamp("s", tz="UTC")).cast(_MOMENT)


def _is_moment(*seconds: int) -> bool:
    return all(SECONDS[0] <= second <= SECONDS[1] for second in seconds)


@contextmanager
def bulk_reading() -> Iterator[None]:
    """The interpreter's pace while many pages are read.

    A page is ten thousand dicts that live for milliseconds and refer to nothing in a circle; at the
    usual pace the collector walks over all of the process's objects every few pages, which takes
    longer than reading them. And a thread whose turn it is to send a request must not wait for the
    one that parses: several times 5 ms late, it comes too close to the next.
    """
    usual, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(100_000, 50, 100)
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        sys.setswitchinterval(interval)


def of_key(key: str) -> Callable[[Sequence[Item]], list[Any]]:
    """Reads a plain key; an empty string is nothing."""
    return lambda items: [value if (value := item.get(key)) != "" else None for item in items]


def column(name: str, kind: Kind, key: str = "") -> Column:
    """A column read from the key of the same name, or from ``key``."""
    return Column(name, kind, key or name, of_key(key or name))


def embedded(item: Item, name: str) -> list[Any]:
    """Parts under ``_embedded``, whether the API gives an array, one object or nothing."""
    parts = item.get("_embedded")
    found = parts.get(name) if isinstance(parts, Mapping) else None
    if type(found) is list:
        return found
    return [found] if isinstance(found, Mapping) and found else []
