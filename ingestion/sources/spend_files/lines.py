"""One row of a spend file: what it says, or why it cannot be read."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, TypeVar

from ingestion.sources.spend_files.config import SpendFilesSection
from ingestion.sources.spend_files.settings import LONGEST_SPAN_DAYS
from ingestion.tabular import CellError, TableRow, names_roubles

T = TypeVar("T")
VatMode = Literal["incl", "excl", "none"]

_ISO = re.compile(r"[A-Z]{3}")
_CURRENCIES = {
    "₽": "RUB", "Р": "RUB", "Р.": "RUB", "РУБ": "RUB", "РУБ.": "RUB", "РУБЛЬ": "RUB",
    "РУБЛИ": "RUB", "RUR": "RUB", "$": "USD", "ДОЛЛАР": "USD", "ДОЛЛАРЫ": "USD", "€": "EUR",
    "ЕВРО": "EUR", "₸": "KZT", "ТЕНГЕ": "KZT", "ЮАНЬ": "CNY", "ЮАНИ": "CNY", "¥": "CNY",
}  # fmt: skip
# the words people write into the column, letters only; "без НДС" on a bill means not subject to it
_VAT_WORDS: dict[str, VatMode] = {
    "incl": "incl", "included": "incl", "включен": "incl", "включено": "incl", "включая": "incl",
    "сндс": "incl", "втч": "incl", "втчндс": "incl", "втомчисле": "incl", "да": "incl",
    "excl": "excl", "excluded": "excl", "сверху": "excl", "ндссверху": "excl",
    "невключен": "excl", "невключено": "excl", "плюсндс": "excl",
    "none": "none", "безндс": "none", "необлагается": "none", "ндснеоблагается": "none",
    "нет": "none", "no": "none",
}  # fmt: skip
_ONE_DAY = r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2}"
_TWO_DAYS = re.compile(rf"({_ONE_DAY})\s*[/–—-]\s*({_ONE_DAY})")
_HIGHEST_RATE = Decimal("0.5")
_RATE_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class SpendLine:
    """A readable row. ``cost`` may be negative (a return); ``vat_rate`` None is the day's common.

    ``date_from`` to ``date_to`` are both days of the span.
    """

    date_from: date
    date_to: date
    utm_source: str
    utm_medium: str | None
    utm_campaign: str | None
    utm_content: str | None
    utm_term: str | None
    campaign_id: str | None
    cost: Decimal
    clicks: int | None
    impressions: int | None
    currency: str
    vat_mode: VatMode
    vat_rate: Decimal | None
    comment: str | None


def read_line(row: TableRow, section: SpendFilesSection) -> SpendLine:
    """The row by the convention; what it leaves out comes from the company's settings.

    Raises:
        CellError: the reason, with the column as the file names it.
    """
    if row.problem:
        raise CellError(row.problem)
    first, last = _span(row)
    cost, comment = _required(row, "cost", row.money("cost")), row.text("comment")
    if cost < 0 and comment is None:
        raise row.error("cost", f"{cost} is below zero; say in the comment that it is a return")
    currency = _currency(row, section.currency)
    if currency != "RUB" and names_roubles(row.values.get("cost")):
        raise row.error("cost", f'"{row.text("cost")}" is in roubles, the row in {currency}')
    vat_mode, vat_rate = _vat(row, section)
    return SpendLine(
        date_from=first,
        date_to=last,
        utm_source=_required(row, "utm_source", row.text("utm_source")),
        utm_medium=row.text("utm_medium"),
        utm_campaign=row.text("utm_campaign"),
        utm_content=row.text("utm_content"),
        utm_term=row.text("utm_term"),
        campaign_id=row.text("campaign_id"),
        cost=cost,
        clicks=_count(row, "clicks"),
        impressions=_count(row, "impressions"),
        currency=currency,
        vat_mode=vat_mode,
        vat_rate=vat_rate,
        comment=comment,
    )


def _required(row: TableRow, column: str, value: T | None) -> T:
    if value is None:
        raise row.error(column, "is empty")
    return value


def _count(row: TableRow, column: str) -> int | None:
    number = row.whole(column)
    if number is not None and number < 0:
        raise row.error(column, f"{number} is below zero")
    return number


def _span(row: TableRow) -> tuple[date, date]:
    """The days of a row: one day, a span in one cell ("d1/d2"), or two columns."""
    if row.text("date") is not None or "date_from" not in row.headers:
        first, last = _days_of_one_cell(row)
        column = "date"
    else:
        first = _required(row, "date_from", row.day("date_from"))
        last = _required(row, "date_to", row.day("date_to"))
        column = "date_to"
    if last < first:
        raise row.error(column, f"the span ends on {last} before it begins on {first}")
    if last - first >= timedelta(days=LONGEST_SPAN_DAYS):
        raise row.error(
            column, f"{first} to {last} is more than {LONGEST_SPAN_DAYS} days; cut the row in two"
        )
    return first, last


def _days_of_one_cell(row: TableRow) -> tuple[date, date]:
    text = row.values.get("date")
    if isinstance(text, str) and (match := _TWO_DAYS.fullmatch(text.strip())):
        first, last = (
            TableRow(row.number, {"date": part}, headers=row.headers).day("date")
            for part in match.groups()
        )
        return _required(row, "date", first), _required(row, "date", last)
    day = _required(row, "date", row.day("date"))
    return day, day


def _currency(row: TableRow, default: str) -> str:
    text = (row.text("currency") or default).upper()
    code = _CURRENCIES.get(text, text)
    if not _ISO.fullmatch(code):
        raise row.error("currency", f'"{text}" is not a currency; expected ISO 4217, e.g. RUB')
    return code


def _vat(row: TableRow, section: SpendFilesSection) -> tuple[VatMode, Decimal | None]:
    """Mode and rate. A number or a percentage in the column of the mode is the rate."""
    said = row.text("vat_mode")
    mode: VatMode | None = None
    rate = _rate(row, "vat_rate")
    if said is not None:
        mode = _VAT_WORDS.get("".join(letter for letter in said.lower() if letter.isalpha()))
        if mode is None and said.rstrip("% ").replace(",", ".").replace(".", "", 1).isdigit():
            rate = _rate(row, "vat_mode") if rate is None else rate
        elif mode is None:
            raise row.error("vat_mode", f'"{said}" is none of incl, excl, none, or a rate')
    if mode is None:
        # whoever names a rate has VAT in or on the amount
        mode = "incl" if rate and section.vat_mode == "none" else section.vat_mode
    if mode == "none":
        return mode, None
    return mode, section.vat_rate if rate is None else rate


def _rate(row: TableRow, column: str) -> Decimal | None:
    """A rate as a share: "22%", "22" and "0.22" are the same; a cell formatted as % holds 0.22."""
    text = row.text(column)
    if text is None:
        return None
    number = TableRow(
        row.number, {column: text.removesuffix("%").strip()}, headers=row.headers
    ).decimal(column, has_thousands=False)
    rate = _required(row, column, number)
    rate = rate / 100 if rate >= 1 or text.endswith("%") else rate
    if not 0 <= rate <= _HIGHEST_RATE:
        raise row.error(column, f'"{text}" is not a rate of VAT; expected e.g. 22% or 0.22')
    return rate.quantize(_RATE_STEP)
