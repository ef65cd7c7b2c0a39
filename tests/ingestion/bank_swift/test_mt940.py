"""MT940: what banks write in fields 61 and 86, and what of it is money."""

from datetime import date
from decimal import Decimal

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.bank_swift.mt import read_mt940
from ingestion.sources.bank_swift.statement import Entry, Statement
from tests.ingestion.bank_swift.statements import FIXTURES, OTHER, OWN, mt940

CAME = ":61:2602010201C100,NTRFNONREF//BANKREF1\n"


def only(text: str | bytes) -> Statement:
    content = text if isinstance(text, bytes) else text.encode()
    (statement,) = read_mt940(content).statements
    return statement


def first(*entries: str) -> Entry:
    return only(mt940(*entries)).entries[0]


def test_a_statement_with_its_account_and_balances() -> None:
    statement = only(mt940(CAME))
    assert (statement.account, statement.currency) == (OWN, "EUR")
    assert (statement.opening, statement.closing) == (Decimal("10.00"), Decimal("110.00"))
    assert statement.tie() == (True, "totals tie")
    (found,) = statement.entries
    assert (found.direction, found.amount, found.reference) == ("in", Decimal("100.00"), "BANKREF1")


@pytest.mark.parametrize(
    ("mark", "direction", "is_reversal"),
    [("C", "in", False), ("D", "out", False), ("RC", "out", True), ("RD", "in", True)],
)
def test_marks(mark: str, direction: str, *, is_reversal: bool) -> None:
    found = first(f":61:2602010201{mark}7,5NTRFX\n")
    assert (found.direction, found.amount) == (direction, Decimal("7.50"))
    assert found.is_reversal is is_reversal


def test_an_entry_is_booked_around_new_year() -> None:
    assert first(":61:2512310102C1,NTRFX\n").booked_on == date(2026, 1, 2)
    assert first(":61:2601021231C1,NTRFX\n").booked_on == date(2025, 12, 31)
    assert first(":61:260102C1,NTRFX\n").booked_on == date(2026, 1, 2)


def test_details_by_code_words() -> None:
    text = (
        f":86:/ORDP//NAME/ТОО Клиент ИНН 7701234567/IBAN/{OTHER}\n"
        "/BENM//NAME/ТОО Получатель\n/REMI/Оплата по счету\n№ 5 от 01.02.2026\n"
    )
    found = first(CAME, text)
    assert found.purpose == "Оплата по счету № 5 от 01.02.2026"
    other = found.other
    assert (other.name, other.tax_number, other.account) == ("ТОО Клиент", "7701234567", OTHER)
    paid = first(CAME.replace("C100", "D100"), text)
    assert paid.other.name == "ТОО Получатель"


def test_details_the_german_way() -> None:
    text = ":86:166?00GUTSCHRIFT?20SVWZ+Rechnung 5?21Teil zwei?30DEUTDEFF?31DE12345?32Max Muster\n"
    found = first(CAME, text)
    assert "Rechnung 5" in (found.purpose or "")
    assert found.other.name == "Max Muster"


def test_details_in_free_words() -> None:
    found = first(CAME, ":86:Оплата   по счету\nN 5\n")
    assert (found.purpose, found.other.name) == ("Оплата по счету N 5", None)


def test_a_broken_entry_costs_itself_alone() -> None:
    file = read_mt940(mt940(":61:garbage\n:86:text\n", CAME, ":61:260201C0,NTRFX\n").encode())
    (statement,) = file.statements
    assert [e.number for e in statement.entries] == [2]
    assert [problem.entry_number for problem in file.unreadable] == [1, 3]
    assert "garbage" in file.unreadable[0].raw_text
    assert statement.tie()[0] is True


def test_frames_of_every_kind() -> None:
    assert only(mt940(closing="10,")).tie()[0] is True  # nothing moved
    noted = mt940(CAME).replace("-\n", ":64:C260201EUR110,\n:86:note of the bank\n-}\n")
    assert only(noted).tie()[0] is True
    enveloped = "{1:F01CASPKZKAAXXX0000000000}{2:I940}{4:\n" + mt940(CAME).replace("-\n", "-}\n")
    assert only(enveloped).account == OWN
    windows = mt940(CAME, ":86:Оплата\n").replace("\n", "\r\n").encode("cp1251")
    assert only(windows).entries[0].purpose == "Оплата"
    intermediate = mt940(CAME).replace(":60F:", ":60M:").replace(":62F:", ":62M:")
    assert only(intermediate).tie()[0] is True


def test_what_is_no_statement_is_refused() -> None:
    with pytest.raises(SourceFormatError, match=":20:"):
        read_mt940(b":25:123\n:60F:C260131EUR1,\n")
    nameless = read_mt940(mt940(CAME).replace(f":25:CASPKZKA/{OWN}", ":25:").encode())
    assert nameless.statements == ()
    assert len(nameless.unreadable) == 1


def test_public_samples() -> None:
    polish = only((FIXTURES / "mBank_mt940.sta").read_bytes())
    assert (polish.account, polish.currency) == ("PL29114010810000267002001002", "PLN")
    assert [e.amount for e in polish.entries] == [Decimal("0.01")] * 3
    assert polish.tie()[0] is True
    dutch = read_mt940((FIXTURES / "jejik_abnamro.sta").read_bytes())
    assert [(s.account, len(s.entries)) for s in dutch.statements] == [
        ("517852257", 8),
        ("517852257", 2),
    ]
    assert [s.tie()[0] for s in dutch.statements] == [False, False]  # the sample is an extract
    assert dutch.unreadable == ()
