"""The bank of Russia's XML: rates of one day, and one currency's rates over days.

``<ValCurs Date="31.10.2026"><Valute ID="R01235"><CharCode>USD</CharCode><Nominal>1</Nominal>
<Value>92,1234</Value></Valute>…`` and ``<ValCurs ID="R01235"><Record Date="30.10.2026"
Id="R01235"><Nominal>1</Nominal><Value>92,1234</Value></Record>…``, in Windows-1251. ``VunitRate``,
where it is there, is the value of one unit.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from ingestion.errors import SourceFormatError
from ingestion.tabular import CellError, TableRow

UNIT_STEP = Decimal("0.000000000001")  # what the tables keep
_MOST = Decimal(10) ** 9
_CODE = re.compile(r"[A-Z]{3}")
_BANK_ID = re.compile(r"R[0-9]{5}[A-Z]?")


@dataclass(frozen=True)
class Rate:
    """Roubles for ``nominal`` units; ``code`` is empty where the page names the bank's id only."""

    bank_id: str
    code: str
    day: date
    nominal: int
    value: Decimal

    @property
    def unit_rate(self) -> Decimal:
        return unit_rate(self.value, self.nominal)


def unit_rate(value: Decimal, nominal: int) -> Decimal:
    """Roubles for one unit. The bank's nominals are powers of ten, so nothing is lost."""
    return (value / nominal).quantize(UNIT_STEP)


def is_xml(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read_rates(content: bytes) -> list[Rate]:
    """Rates of either page, in its order.

    Raises:
        SourceFormatError: not such a page; the text says which element, none of it is quoted but
            the bank's own complaint.
    """
    root = _root(content)
    said = " ".join("".join(root.itertext()).split()) if len(root) == 0 else ""
    if said:
        raise SourceFormatError(f'the bank answers "{said[:100]}" instead of rates')
    day = root.get("Date")
    found = []
    for number, element in enumerate(root, start=1):
        if element.tag not in {"Valute", "Record"}:
            raise SourceFormatError(f"element {number} is <{element.tag}>, not a rate")
        try:
            found.append(_rate(element, day))
        except (CellError, ValueError) as error:
            raise SourceFormatError(f"rate {number}: {error}") from None
    return found


def _root(content: bytes) -> "etree._Element":
    # entities are never expanded and nothing is fetched: the page may come from a stranger's file
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise SourceFormatError("not an XML page of rates") from None
    if root.tag != "ValCurs":
        raise SourceFormatError(f"a page of <{str(root.tag)[:40]}>, not of <ValCurs>")
    return root


def _rate(element: "etree._Element", page_day: str | None) -> Rate:
    texts: dict[str, str] = {child.tag: (child.text or "").strip() for child in element}
    cells = TableRow(0, {**texts, "Date": element.get("Date") or page_day})
    day, nominal = cells.day("Date"), cells.whole("Nominal")
    value = cells.decimal("Value", has_thousands=False)
    if day is None or nominal is None or value is None:
        raise ValueError("no Date, Nominal or Value")
    check(value, nominal)
    stated = cells.decimal("VunitRate", has_thousands=False)
    # tells a nominal that was read wrong, which would make money a hundred times too big
    if stated is not None and abs(stated * nominal - value) > Decimal("0.0001") * nominal:
        raise ValueError(f"Value {value} for {nominal} is not VunitRate {stated}")
    bank_id = element.get("ID") or element.get("Id") or ""
    code = texts.get("CharCode", "")
    if not _BANK_ID.fullmatch(bank_id) or (code and not _CODE.fullmatch(code)):
        raise ValueError(f'ID "{bank_id[:20]}" or CharCode "{code[:20]}" is not one of the bank')
    return Rate(bank_id, code, day, nominal, value)


def check(value: Decimal, nominal: int) -> None:
    """Refuse what cannot be a rate: zero, below zero, beyond any bound."""
    if not 0 < value < _MOST or not 0 < nominal < _MOST:
        raise CellError(f"{value} for {nominal} is not a rate; expected e.g. 92.1234 for 1")
