"""Reads one API item key by key: lenient to amoCRM's spellings, strict about types."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ingestion.errors import SourceFormatError

Item = Mapping[str, Any]
KOPECK = Decimal("0.01")


class Fields:
    """One item; ``what`` names its kind in messages, e.g. "lead".

    Every getter gives None for a missing key, null or "". Numbers may come as strings. Anything
    else that does not fit raises SourceFormatError, so that a changed API stops the load.
    """

    def __init__(self, item: Any, what: str) -> None:
        if not isinstance(item, Mapping):
            raise SourceFormatError(
                f"amoCRM {what}: {_shown(item)} is not an object; the API has changed, report it"
            )
        self.item: Item = item
        self.what = what

    def integer(self, key: str) -> int | None:
        value = self.item.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
            try:
                number = Decimal(value)
                if number == number.to_integral_value():
                    return int(number)
            except (InvalidOperation, OverflowError):
                pass
        raise self._wrong(key, "a whole number")

    def required_integer(self, key: str) -> int:
        number = self.integer(key)
        if number is None:
            raise self._wrong(key, "a whole number")
        return number

    def money(self, key: str) -> Decimal | None:
        """Roubles with kopecks; amoCRM's binary fractions are rounded half up to the kopeck."""
        value = self.item.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
            try:
                amount = Decimal(value).quantize(KOPECK, ROUND_HALF_UP)
                if amount.is_finite():
                    return amount
            except InvalidOperation:
                pass
        raise self._wrong(key, "an amount, e.g. 12000.50")

    def moment(self, key: str) -> datetime | None:
        """Unix seconds as UTC; 0 stands for "never"."""
        seconds = self.integer(key)
        if not seconds:
            return None
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            pass
        raise self._wrong(key, "unix seconds")

    def flag(self, key: str) -> bool | None:
        value = self.item.get(key)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1, "0", "1"):
            return bool(int(value))
        raise self._wrong(key, "true or false")

    def text(self, key: str) -> str | None:
        value = self.item.get(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return str(value)
        raise self._wrong(key, "text")

    def embedded(self, name: str) -> list["Fields"]:
        """Items under ``_embedded``, whether the API gives an array, one object or nothing."""
        parts = self.item.get("_embedded")
        value = parts.get(name) if isinstance(parts, Mapping) else None
        return [Fields(part, f"{self.what}'s {name}") for part in as_list(value)]

    def _wrong(self, key: str, expected: str) -> SourceFormatError:
        name = self.item.get("id")
        what = self.what if key == "id" else f"{self.what} {_shown(name)}"
        return SourceFormatError(
            f"amoCRM {what}: {key} is {_shown(self.item.get(key))}, expected {expected}; "
            "nothing was loaded: the API has changed, report it"
        )


def as_list(value: Any) -> list[Any]:
    """An array as it is; one object as a list of it; null, ``{}`` and scalars as nothing."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, Mapping) and value else []


def without_links(value: Any) -> Any:
    """A JSON value without ``_links`` (they echo the query) and with plain numbers."""
    if isinstance(value, Mapping):
        return {key: without_links(part) for key, part in value.items() if key != "_links"}
    if isinstance(value, list):
        return [without_links(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


def _shown(value: Any) -> str:
    text = repr(str(value)) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
