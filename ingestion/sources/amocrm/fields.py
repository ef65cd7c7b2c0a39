"""Reads one API item key by key: lenient to amoCRM's spellings, strict about types."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ingestion.errors import SourceFormatError

Item = Mapping[str, Any]
KOPECK = Decimal("0.01")
MAX_INTEGER = 2**63 - 1
MAX_MONEY = Decimal(10) ** 16  # DECIMAL(18, 2)
SECONDS = (-62_135_596_800, 253_402_300_799)  # the years 1 to 9999


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
        number: int | None = self._cell(key, to_integer)
        return number

    def required_integer(self, key: str) -> int:
        number = self.integer(key)
        if number is None:
            raise self._wrong(key, "a whole number")
        return number

    def money(self, key: str) -> Decimal | None:
        """Roubles with kopecks; amoCRM's binary fractions are rounded half up to the kopeck."""
        amount: Decimal | None = self._cell(key, to_money)
        return amount

    def moment(self, key: str) -> datetime | None:
        """Unix seconds as UTC; 0 stands for "never"."""
        seconds: int | None = self._cell(key, to_seconds)
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    def flag(self, key: str) -> bool | None:
        flag: bool | None = self._cell(key, to_flag)
        return flag

    def text(self, key: str) -> str | None:
        text: str | None = self._cell(key, to_text)
        return text

    def _cell(self, key: str, convert: Callable[[Any], Any]) -> Any:
        try:
            return convert(self.item.get(key))
        except WrongTypeError as error:
            raise self._wrong(key, error.expected) from None

    def embedded(self, name: str) -> list["Fields"]:
        """Items under ``_embedded``, whether the API gives an array, one object or nothing."""
        parts = self.item.get("_embedded")
        value = parts.get(name) if isinstance(parts, Mapping) else None
        return [Fields(part, f"{self.what}'s {name}") for part in as_list(value)]

    def _wrong(self, key: str, expected: str) -> SourceFormatError:
        what = self.what if key == "id" else f"{self.what} {_shown(self.item.get('id'))}"
        return wrong_type(what, key, self.item.get(key), expected)


class WrongTypeError(ValueError):
    """A value that is not of its field's type; ``expected`` says of which."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def wrong_type(what: str, key: str, value: Any, expected: str) -> SourceFormatError:
    """The error that stops a load; ``what`` is the item with its id, e.g. "lead 1008"."""
    return SourceFormatError(
        f"amoCRM {what}: {key} is {_shown(value)}, expected {expected}; "
        "nothing of it was loaded: the API has changed, report it"
    )


# Cells. Each takes None and "" for "nothing", and strings for numbers.


def to_integer(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, int | str | Decimal | float) and not isinstance(value, bool):
        try:
            number = Decimal(value)
            if number == number.to_integral_value() and abs(number) <= MAX_INTEGER:
                return int(number)
        except (InvalidOperation, OverflowError):
            pass
    raise WrongTypeError("a whole number")


def to_money(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, int | str | Decimal | float) and not isinstance(value, bool):
        try:
            # a float's shortest text is what the service wrote
            exact = Decimal(repr(value) if isinstance(value, float) else value)
            amount = exact.quantize(KOPECK, ROUND_HALF_UP)
            if amount.is_finite() and abs(amount) < MAX_MONEY:
                return amount
        except InvalidOperation:
            pass
    raise WrongTypeError("an amount, e.g. 12000.50")


def to_seconds(value: Any) -> int | None:
    seconds = to_integer(value)
    if not seconds:
        return None
    if SECONDS[0] <= seconds <= SECONDS[1]:
        return seconds
    raise WrongTypeError("unix seconds")


def to_flag(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if value in (0, 1, "0", "1"):
        return bool(int(value))
    raise WrongTypeError("true or false")


def to_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        return str(value)
    raise WrongTypeError("text")


def number_at(key: str) -> Callable[[Item], int]:
    """Reads a key as a whole number, 0 where there is none; a plain one is not looked at twice."""

    def read(item: Item) -> int:
        value = item.get(key)
        return value if type(value) is int else Fields(item, "item").integer(key) or 0

    return read


item_id = number_at("id")
updated_at = number_at("updated_at")
created_at = number_at("created_at")


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
