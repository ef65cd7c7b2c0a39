"""Files of rates: the bank's own pages as saved, or a table with a day, a currency and a rate."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from ingestion.columns import Row
from ingestion.errors import SourceFormatError
from ingestion.inbox import Inbox, InboxFile
from ingestion.settings import Settings
from ingestion.sources.currency_rates.bank_xml import (
    UNIT_STEP,
    check,
    is_xml,
    read_rates,
    unit_rate,
)
from ingestion.sources.currency_rates.settings import FOLDER, LAYOUT, NAME, READER_VERSION
from ingestion.tabular import CellError, TableRow, read_tables

_CODE = re.compile(r"[A-Z]{3}")
_PEEK = 200
# A page of one currency's history names it only by the bank's id.
_BANK_IDS = {
    "R01235": "USD", "R01239": "EUR", "R01375": "CNY", "R01335": "KZT", "R01090B": "BYN",
    "R01717": "UZS", "R01060": "AMD", "R01370": "KGS", "R01020A": "AZN", "R01210": "GEL",
    "R01670": "TJS", "R01500": "MDL", "R01720": "UAH", "R01700J": "TRY", "R01035": "GBP",
    "R01775": "CHF", "R01820": "JPY", "R01230": "AED", "R01270": "INR",
}  # fmt: skip


@dataclass(frozen=True)
class FileRate:
    """A rate at its place in a file: roubles for ``nominal`` units."""

    sheet: str
    row_number: int
    currency: str
    day: date
    nominal: int
    value: Decimal


@dataclass(frozen=True)
class Rejected:
    """What could not be read; row 0 is the whole sheet or file."""

    sheet: str
    row_number: int
    reason: str
    text: str


@dataclass(frozen=True)
class RatesFile:
    """A file as read; ``kind`` is xml, xlsx or the encoding of a CSV file."""

    kind: str
    rates: tuple[FileRate, ...]
    rejected: tuple[Rejected, ...] = ()


def open_inbox(settings: Settings) -> Inbox[RatesFile]:
    """``<data>/inbox/rates``."""
    return Inbox(
        folder=settings.inbox_dir / FOLDER,
        source=NAME,
        fingerprint=hashlib.sha256(str(READER_VERSION).encode()).hexdigest()[:12],
        parse=_parse_file,
    )


def parse(name: str, content: bytes) -> RatesFile:
    """Read a file; never raises: one that holds no rates is one rejected row 0."""
    try:
        return _parse_xml(content) if is_xml(content) else _parse_table(name, content)
    except SourceFormatError as error:
        text = str(error) if str(error).startswith(name) else f"{name}: {error}"
        start = content[:_PEEK].decode("cp1251", "replace")
        shown = "".join(letter if letter.isprintable() else " " for letter in start)
        return RatesFile("", (), (Rejected("", 0, text, shown),))


def rate_rows(file: InboxFile, parsed: RatesFile) -> Iterator[Row]:
    for rate in parsed.rates:
        yield {
            "file_sha256": file.sha256,
            "sheet": rate.sheet,
            "row_number": rate.row_number,
            "file_name": file.name,
            "currency": rate.currency,
            "rate_on": rate.day,
            "nominal": rate.nominal,
            "value": rate.value,
            "unit_rate": unit_rate(rate.value, rate.nominal),
        }


def file_row(file: InboxFile, parsed: RatesFile, load_number: int, loaded_at: datetime) -> Row:
    return {
        "file_sha256": file.sha256,
        "file_name": file.name,
        "bytes": file.size,
        "kind": parsed.kind or None,
        "rates": len(parsed.rates),
        "quarantined": len(parsed.rejected),
        "load_number": load_number,
        "modified_at": datetime.fromtimestamp(int(file.path.stat().st_mtime), UTC),
        "loaded_at": loaded_at,
    }


def quarantine_rows(file: InboxFile, parsed: RatesFile) -> Iterator[Row]:
    for row in parsed.rejected:
        yield {
            "file_sha256": file.sha256,
            "sheet": row.sheet,
            "row_number": row.row_number,
            "file_name": file.name,
            "reason": row.reason,
            "raw_text": row.text,
        }


def _parse_file(file: InboxFile) -> RatesFile:
    if file.content is None:
        reason = f"{file.name}: cannot be read ({file.problem}); give this user the right to it"
        return RatesFile("", (), (Rejected("", 0, reason, ""),))
    return parse(file.name, file.content)


def _parse_xml(content: bytes) -> RatesFile:
    rates, rejected = [], []
    for number, rate in enumerate(read_rates(content), start=1):
        code = rate.code or _BANK_IDS.get(rate.bank_id, "")
        if code:
            rates.append(FileRate("", number, code, rate.day, rate.nominal, rate.value))
        else:
            reason = f"the bank's id {rate.bank_id} is not known here; save XML_daily.asp instead"
            rejected.append(Rejected("", number, reason, rate.bank_id))
    return RatesFile("xml", tuple(rates), tuple(rejected))


def _parse_table(name: str, content: bytes) -> RatesFile:
    file = read_tables(name, content, LAYOUT)
    rates = []
    rejected = [Rejected(sheet, 0, reason, "") for sheet, reason in file.ignored]
    for table in file.tables:
        for row in table.rows:
            try:
                rates.append(_read_row(table.sheet, row))
            except CellError as error:
                rejected.append(Rejected(table.sheet, row.number, str(error), row.shown))
    return RatesFile(file.encoding, tuple(rates), tuple(rejected))


def _read_row(sheet: str, row: TableRow) -> FileRate:
    if row.problem:
        raise CellError(row.problem)
    day, value = row.day("date"), row.decimal("rate", has_thousands=False)
    if day is None or value is None:
        raise row.error("date" if day is None else "rate", "is empty")
    nominal = row.whole("nominal")
    nominal = 1 if nominal is None else nominal
    code = (row.text("currency") or "").upper()
    if not _CODE.fullmatch(code) or code == "RUB":
        raise row.error("currency", f'"{code}" is not a foreign currency; expected e.g. USD')
    try:
        check(value, nominal)
    except CellError as error:
        raise row.error("rate", str(error)) from None
    return FileRate(sheet, row.number, code, day, nominal, value.quantize(UNIT_STEP))
