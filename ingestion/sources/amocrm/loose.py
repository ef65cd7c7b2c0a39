"""Reads what other programs write into amoCRM: telephony, site forms, mail, invoices.

amoCRM passes such values on as it got them, so one odd value says nothing of the API. It becomes
NULL in its typed column and is named in the row's ``unread``, while the whole stays in JSON beside.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ingestion.sources.amocrm.fields import (
    WrongTypeError,
    to_flag,
    to_integer,
    to_money,
    to_seconds,
    to_text,
)

SHOWN = 60  # characters of an odd value that ``unread`` quotes


class Loose:
    """One object of another program's; anything that is none reads as an empty one.

    Every getter gives None for a missing key, null or "".
    """

    def __init__(self, item: Any, unread: list[str] | None = None, prefix: str = "") -> None:
        self.item: Mapping[str, Any] = item if isinstance(item, Mapping) else {}
        self._unread: list[str] = [] if unread is None else unread
        self._prefix = prefix

    @property
    def unread(self) -> str | None:
        """What did not fit, e.g. ``duration='1:05'``; None when everything did."""
        return "; ".join(self._unread) or None

    def part(self, key: str) -> "Loose":
        """A nested object; what does not fit there is told here."""
        return Loose(self.item.get(key), self._unread, f"{self._prefix}{key}.")

    def integer(self, key: str) -> int | None:
        number: int | None = self._cell(key, to_integer)
        return number

    def money(self, key: str) -> Decimal | None:
        amount: Decimal | None = self._cell(key, to_money)
        return amount

    def moment(self, key: str) -> datetime | None:
        seconds: int | None = self._cell(key, to_seconds)
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    def flag(self, key: str) -> bool | None:
        flag: bool | None = self._cell(key, to_flag)
        return flag

    def text(self, key: str) -> str | None:
        return self._cell(key, to_text) or None

    def _cell(self, key: str, convert: Callable[[Any], Any]) -> Any:
        value = self.item.get(key)
        # PHP writes an empty object as an empty array
        if value is None or value == "" or value == []:
            return None
        try:
            return convert(value)
        except WrongTypeError:
            self._unread.append(f"{self._prefix}{key}={value!r}"[:SHOWN])
            return None
