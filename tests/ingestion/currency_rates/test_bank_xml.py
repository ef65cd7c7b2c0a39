"""The bank's pages: what is read, and what is refused before it makes money too big."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import SourceFormatError
from ingestion.sources.currency_rates.bank_xml import Rate, read_rates

DAILY = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="31.10.2026" name="Foreign Currency Market">
<!-- сегодня -->
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal>
<Name>Доллар США</Name><Value>92,1234</Value><VunitRate>92,1234</VunitRate></Valute>
<Valute ID="R01335"><NumCode>398</NumCode><CharCode>KZT</CharCode><Nominal>100</Nominal>
<Name>Тенге</Name><Value>17,005</Value></Valute>
</ValCurs>"""
DYNAMIC = """<ValCurs ID="R01235" DateRange1="30.10.2026" DateRange2="31.10.2026">
<Record Date="30.10.2026" Id="R01235"><Nominal>1</Nominal><Value>91,5</Value></Record>
</ValCurs>"""


def read(text: str) -> list[Rate]:
    return read_rates(text.encode("cp1251"))


def test_rates_of_a_day() -> None:
    day = date(2026, 10, 31)
    assert read(DAILY) == [
        Rate("R01235", "USD", day, 1, Decimal("92.1234")),
        Rate("R01335", "KZT", day, 100, Decimal("17.005")),
    ]
    assert read(DAILY)[1].unit_rate == Decimal("0.17005")


def test_rates_of_a_currency() -> None:
    assert read(DYNAMIC) == [Rate("R01235", "", date(2026, 10, 30), 1, Decimal("91.5"))]
    assert read('<ValCurs ID="R01235"></ValCurs>') == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("92,1234</Value>", "</Value>", "rate 1: no Date, Nominal or Value"),
        ("<Nominal>100</Nominal>", "", "rate 2: no Date"),
        ("17,005", "сто", 'rate 2: column "Value": "сто" is not a number'),
        ("17,005", "0", "0 for 100 is not a rate"),
        ("17,005", "-1", "is not a rate"),
        ("<Nominal>1<", "<Nominal>10<", "Value 92.1234 for 10 is not VunitRate 92.1234"),
        ("<Nominal>100<", "<Nominal>0<", "is not a rate"),
        ("31.10.2026", "2026", 'column "Date"'),
        ('"R01335"', '"KZT"', 'ID "KZT"'),
        ("KZT<", "Тенге<", 'CharCode "Тенге"'),
        ("Valute", "Value", "element 1 is <Value>"),
        ("ValCurs", "html", "a page of <html>"),
        ("</ValCurs>", "", "not an XML page"),
    ],
)
def test_pages_that_are_something_else(old: str, new: str, complaint: str) -> None:
    with pytest.raises(SourceFormatError) as caught:
        read(DAILY.replace(old, new))
    assert complaint in str(caught.value)


def test_the_banks_own_complaint_is_passed_on() -> None:
    with pytest.raises(SourceFormatError, match='the bank answers "Error in parameters"'):
        read("<ValCurs>\nError in parameters\n</ValCurs>")


def test_entities_are_never_expanded() -> None:
    page = DAILY.replace(
        "<ValCurs Date", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ValCurs Date'
    ).replace("92,1234</Value>", "&x;</Value>")
    with pytest.raises(SourceFormatError) as caught:
        read(page)
    assert "root" not in str(caught.value)


@given(st.data())
def test_a_page_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(DAILY.encode("cp1251"))
    for _ in range(data.draw(st.integers(1, 10))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_rates(bytes(content[: data.draw(st.integers(1, len(content)))]))
    except SourceFormatError:
        return
    assert all(rate.unit_rate > 0 for rate in found)
