"""camt.053: what banks write, in any version, and what of it is money."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.bank_swift.camt import read_camt
from ingestion.sources.bank_swift.statement import Entry, Statement
from tests.ingestion.bank_swift.statements import FIXTURES, OTHER, OWN, V2, camt, entry, paid


def only(content: bytes) -> Statement:
    (statement,) = read_camt(content).statements
    return statement


def first(content: bytes) -> Entry:
    return only(content).entries[0]


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "12", "13"])
@pytest.mark.parametrize("prefix", ["", "ns2"])
def test_any_version_and_any_prefix(version: str, prefix: str) -> None:
    namespace = V2.removesuffix("02") + version
    statement = only(camt(entry("100.00", "CRDT", paid("a")), namespace=namespace, prefix=prefix))
    assert (statement.account, statement.currency) == (OWN, "EUR")
    assert statement.tie() == (True, "totals tie")
    assert statement.date_from == statement.date_to == date(2026, 2, 1)


def test_an_entry_with_its_other_side() -> None:
    found = first(camt(entry("100.00", "CRDT", paid("Оплата по счету", "№ 5"))))
    assert (found.direction, found.amount, found.currency) == ("in", Decimal("100.00"), "EUR")
    assert (found.booked_on, found.value_on) == (date(2026, 2, 1), date(2026, 2, 2))
    assert found.purpose == "Оплата по счету № 5"  # in several Ustrd
    assert found.reference == "REF100.00"  # NOTPROVIDED is none
    other = found.other
    assert (other.account, other.tax_number, other.name) == (OTHER, "123456789012", "ТОО Клиент")


def test_the_form_of_version_8_and_an_account_without_iban() -> None:
    detail = (
        "<RltdPties><Cdtr><Pty><Nm>ТОО Поставщик</Nm><Id><OrgId><Othr><Id>990840001234</Id></Othr>"
        "</OrgId></Id></Pty></Cdtr><CdtrAcct><Id><Othr><Id>40702 810 5</Id></Othr></Id></CdtrAcct>"
        "</RltdPties><RltdAgts><CdtrAgt><FinInstnId><BICFI>CASPKZKA</BICFI></FinInstnId></CdtrAgt>"
        "</RltdAgts><AddtlTxInf>За товар</AddtlTxInf>"
    )
    content = camt(
        entry("40.00", "DBIT", detail, status="<Cd>BOOK</Cd>"),
        closing="-30.00",
        account="<Othr><Id>40702810900000000001</Id></Othr>",
    )
    statement = only(content)
    assert statement.account == "40702810900000000001"
    found = statement.entries[0]
    assert (found.direction, found.status, found.purpose) == ("out", "BOOK", "За товар")
    other = found.other
    assert (other.account, other.tax_number, other.name, other.bic) == (
        *("407028105", "990840001234", "ТОО Поставщик", "CASPKZKA"),
    )


@pytest.mark.parametrize(
    ("sign", "closing", "direction"),
    [
        ("CRDT", "-90.00", "out"),  # the bank names what is reversed
        ("DBIT", "-90.00", "out"),  # the bank names what happens, as ISO words it
        ("CRDT", "77.00", "out"),  # balances that tell nothing: the mark turns it
    ],
)
def test_a_reversal_goes_the_way_that_ties(sign: str, closing: str, direction: str) -> None:
    content = camt(entry("100.00", sign, more="<RvslInd>true</RvslInd>"), closing=closing)
    found = first(
        content.replace(b'EUR">-90.00</Amt><CdtDbtInd>CRDT', b'EUR">90.00</Amt><CdtDbtInd>DBIT')
    )
    assert (found.direction, found.is_reversal) == (direction, True)


def test_payments_booked_in_one_sum_are_told_apart() -> None:
    parts = [
        paid("первая", amount='<Amt Ccy="EUR">30.00</Amt>'),
        paid(
            "вторая",
            amount='<AmtDtls><InstdAmt><Amt Ccy="USD">99.00</Amt></InstdAmt>'
            '<TxAmt><Amt Ccy="EUR">70.00</Amt></TxAmt></AmtDtls>',
        ),
    ]
    statement = only(camt(entry("100.00", "CRDT", *parts)))
    found = [(e.amount, e.purpose, e.number) for e in statement.entries]
    assert found == [(Decimal("30.00"), "первая", 1), (Decimal("70.00"), "вторая", 1)]
    assert statement.tie()[0] is True


@pytest.mark.parametrize("second", ['<Amt Ccy="EUR">60.00</Amt>', '<Amt Ccy="USD">70.00</Amt>', ""])
def test_parts_that_do_not_add_up_are_one_movement_and_said(second: str) -> None:
    parts = [paid("первая", amount='<Amt Ccy="EUR">30.00</Amt>'), paid("вторая", amount=second)]
    file = read_camt(camt(entry("100.00", "CRDT", *parts)))
    ((statement),) = file.statements
    assert [(e.amount, e.purpose) for e in statement.entries] == [
        (Decimal("100.00"), "первая вторая")
    ]
    (problem,) = file.unreadable
    assert "counted as one movement of the sum" in problem.reason
    assert statement.tie()[0] is True


def test_what_is_pending_is_kept_and_not_summed() -> None:
    statement = only(camt(entry("100.00"), entry("5.00", status="PDNG")))
    assert [e.status for e in statement.entries] == ["BOOK", "PDNG"]
    assert statement.tie()[0] is True


def test_a_broken_entry_costs_itself_alone() -> None:
    file = read_camt(
        camt(
            entry("12к"),
            entry("100.00"),
            entry("0.00"),
            entry("5.00", "SIDEWAYS"),
            entry("6.00", day="<BookgDt><Dt>soon</Dt></BookgDt>"),
        )
    )
    assert [e.number for e in file.statements[0].entries] == [2]
    reasons = [(problem.entry_number, problem.reason) for problem in file.unreadable]
    assert reasons == [
        (1, 'Ntry/Amt "12к" is not an amount above zero; expected e.g. 12000.50'),
        (3, 'Ntry/Amt "0.00" is not an amount above zero; expected e.g. 12000.50'),
        (4, 'CdtDbtInd "SIDEWAYS" is neither CRDT nor DBIT'),
        (5, 'BookgDt/Dt "soon" is not a day'),
    ]
    assert "12к" in file.unreadable[0].raw_text


def test_an_entry_without_booking_day_has_that_of_value() -> None:
    assert first(camt(entry(day=""))).booked_on == date(2026, 2, 2)
    moment = "<BookgDt><DtTm>2026-02-03T23:30:00+05:00</DtTm></BookgDt>"
    assert first(camt(entry(day=moment))).booked_on == date(2026, 2, 3)


def test_a_statement_without_entries_or_balances() -> None:
    assert only(camt(opening="5.00", closing="5.00")).tie() == (True, "totals tie")
    silent = camt().replace(b"OPBD", b"XPBD")
    assert only(silent).tie()[0] is None


def test_what_is_no_statement_is_refused() -> None:
    report = camt().replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt").replace(b"Stmt", b"Rpt")
    with pytest.raises(SourceFormatError, match=r"export camt\.053"):
        read_camt(report)
    with pytest.raises(SourceFormatError, match="well-formed"):
        read_camt(camt()[:-20])


def test_entities_are_not_followed() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE D [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    )
    content = camt(entry("100.00", "CRDT", paid("&secret;&a;"))).decode()
    content = content.replace('<?xml version="1.0"?>', bomb)
    purpose = first(content.encode()).purpose or ""
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in purpose


def test_the_public_sample() -> None:
    statement = only((FIXTURES / "genkgo_camt053.v2.minimal.xml").read_bytes())
    (found,) = statement.entries
    assert (statement.account, found.amount, found.other.name) == (
        "NL26VAYB8060476890",
        Decimal("8.85"),
        "NAME NAME",
    )
    assert statement.tie()[0] is False  # its closing balance is invented
