"""What all feeds of banks share: the key of a movement, months of statements, tying balances."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ingestion.columns import Row
from ingestion.days import DAY, Span, each_day, months_back

_KOPECK = Decimal("0.01")
_MOST = Decimal(10) ** 14  # so that sums of a hundred such fit DECIMAL(18,2)
_ISO_CURRENCIES = {
    "643": "RUB", "810": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "398": "KZT",
    "933": "BYN", "860": "UZS", "051": "AMD", "417": "KGS", "944": "AZN", "981": "GEL",
    "972": "TJS", "826": "GBP", "756": "CHF", "392": "JPY", "949": "TRY", "784": "AED",
    "356": "INR",
}  # fmt: skip


def natural_key(
    own_account: str,
    direction: str,
    booked_on: date,
    number: str | None,
    amount: Decimal,
    counterparty: str | None,
    purpose: str | None,
) -> tuple[str, ...]:
    """What makes it this movement whatever feed it comes from, but for its occurrence.

    ``counterparty`` is the other side's account, else its INN. Blanks and case of the purpose are
    left out, and zeros before the number: the same bank writes them now so, now otherwise.
    """
    folded = "".join(unicodedata.normalize("NFKC", purpose or "").casefold().split())
    return (
        own_account,
        direction,
        booked_on.isoformat(),
        (number or "").lstrip("0"),
        f"{amount:.2f}",
        counterparty or "",
        hashlib.sha256(folded.encode()).hexdigest(),
    )


def movement_key(natural: tuple[str, ...], occurrence: int) -> str:
    """The key of a row: ``occurrence`` counts, from 1, movements alike in all else."""
    parts = (*natural, str(occurrence))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def number_rows(rows: Iterable[Row], key_column: str, own_account: str, same: str) -> None:
    """Give rows of one span their keys and occurrence numbers, in place.

    Rows have direction, booked_on, document_number, amount, the parties' accounts and INNs, and
    purpose. ``same`` is a column that parts them first: a hold is not the payment it becomes.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        other = "payer" if row["direction"] == "in" else "payee"
        natural = natural_key(
            own_account,
            row["direction"],
            row["booked_on"],
            row["document_number"],
            row["amount"],
            row[f"{other}_account"] or row[f"{other}_inn"],
            row["purpose"],
        )
        alike = (row[same], *natural)
        seen[alike] += 1
        row[key_column] = movement_key(natural, seen[alike])
        row["occurrence"] = seen[alike]


def whole_days(
    rows: list[Row], broken: list[Row], span: Span, common: Row, day: str = "booked_on"
) -> list[Row]:
    """What replaces the days of a span: their rows, a row for an empty day, and broken records.

    A broken record has no day that can be trusted: it stands under the first of the span, with
    which it is renewed.
    """
    filled = {row[day] for row in rows}
    empty = [{day: each} for each in each_day(span) if each not in filled]
    return [
        *({**common, "is_empty_day": False, **row} for row in rows),
        *({**common, "is_empty_day": False, day: span[0], **row} for row in broken),
        *({**common, "is_empty_day": True, **row} for row in empty),
    ]


def sum_of(rows: Iterable[Row], direction: str) -> Decimal:
    """The money that rows moved in one direction."""
    return sum((row["amount"] for row in rows if row["direction"] == direction), Decimal(0))


def months_of(span: Span) -> list[Span]:
    """The calendar months that a span touches, each from its first day, the last one to its end.

    Statements are asked for by whole months, so that what their balances say of a month is said
    once and renewed with every load of any of its days.
    """
    parts = []
    first = months_back(span[0], 0)
    while first <= span[1]:
        end = min(span[1], months_back(first, -1) - DAY)
        parts.append((first, end))
        first = end + DAY
    return parts


def as_amount(value: Any) -> Decimal | None:
    """An amount of money, number or text, never finer than a kopeck; a reader for ``records``."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise TypeError
    try:
        amount = Decimal(value)
        rounded = amount.quantize(_KOPECK)
    except InvalidOperation:
        raise ValueError from None
    if rounded != amount or abs(amount) >= _MOST:
        raise ValueError
    return rounded


def as_code(value: Any) -> str | None:
    """An identifier without meaning in blanks; "0" is the banks' way to leave it empty."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    cleaned = str(value).replace(" ", "")
    return cleaned if cleaned.strip("0") else None


def currency_of(account: str, stated: str | None, default: str) -> str:
    """ISO code: as stated, by letters or by digits, else by digits 6 to 8 of a Russian account."""
    if stated and re.fullmatch("[A-Za-z]{3}", stated):
        return stated.upper().replace("RUR", "RUB")
    if stated in _ISO_CURRENCIES:
        return _ISO_CURRENCIES[stated]
    if re.fullmatch("[0-9]{20}", account):
        return _ISO_CURRENCIES.get(account[5:8], default)
    return default


def tie(
    opening: Decimal | None, closing: Decimal | None, sum_in: Decimal, sum_out: Decimal
) -> tuple[bool | None, str]:
    """Whether opening + in - out is closing, and how much is amiss; None where it is not stated."""
    if opening is None or closing is None:
        return None, "the bank states no balances"
    found = opening + sum_in - sum_out
    if found == closing:
        return True, "totals tie"
    word = "missing" if closing > found else "too much"
    return False, (
        f"{opening} + {sum_in} - {sum_out} is {found}, the bank's closing balance is {closing}: "
        f"{abs(closing - found)} {word}"
    )


def balance_columns(
    opening: Decimal | None,
    closing: Decimal | None,
    booked: Iterable[Row],
    unreadable: Iterable[Row],
) -> Row:
    """A statement's balances beside the sums of what it has booked, and whether they tie.

    ``unreadable`` are rows with a ``malformed_reason``: they may be what is amiss.
    """
    booked = list(booked)
    sum_in, sum_out = sum_of(booked, "in"), sum_of(booked, "out")
    totals_tie, message = tie(opening, closing, sum_in, sum_out)
    broken = sum(1 for row in unreadable if row.get("malformed_reason"))
    if totals_tie is False and broken:
        message += f"; {broken} movement(s) could not be read"
    return {
        "opening_balance": opening,
        "closing_balance": closing,
        "sum_in": sum_in,
        "sum_out": sum_out,
        "totals_tie": totals_tie,
        "tie_message": message,
    }
