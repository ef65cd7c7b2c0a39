"""What the parser makes of whole files: encodings, frames, damage, dialects."""

from datetime import date
from decimal import Decimal

import pytest

from ingestion.bank_feed import movement_key
from ingestion.errors import SourceFormatError
from ingestion.sources.bank_1c.exchange import ExchangeFile, parse
from tests.ingestion.bank_1c.statements import (
    FIXTURES,
    OWN,
    OWN_TOO,
    block,
    document,
    incoming,
    outgoing,
    statement,
)


def read(text: str | bytes, *own_accounts: str) -> ExchangeFile:
    content = text.encode("cp1251") if isinstance(text, str) else text
    return parse(content, own_accounts, "RUB")


def keys(file: ExchangeFile) -> set[str]:
    return {movement_key(row.natural_key(), occurrence) for row, occurrence in file.documents}


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*.txt")))
def test_real_statement_is_read_whole_and_ties(name: str) -> None:
    file = parse((FIXTURES / name).read_bytes(), (), "RUB")
    assert file.encoding == "cp1251"
    assert not file.unreadable
    (tied,) = file.statements
    assert (tied.sum_in, tied.sum_out) == (tied.total_in, tied.total_out)
    assert tied.totals_tie is True
    assert {row.own_account for row, _ in file.documents} == {tied.account}


def test_real_statement_with_masked_payer_account_goes_by_days() -> None:
    file = parse((FIXTURES / "kilylabs_one_day.txt").read_bytes(), (), "RUB")
    assert len(file.documents) == 13
    rules = {(row.direction, row.direction_rule) for row, _ in file.documents}
    assert rules == {("out", "date"), ("in", "account")}


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("cp1251", "Windows"),
        ("cp866", "DOS"),
        ("cp866", "Windows"),  # declares one thing, is another
        ("cp1251", "DOS"),
        ("utf-8", "Windows"),
        ("utf-8-sig", "windows"),
        ("utf-16", "Windows"),
        ("cp1251", ""),
    ],
)
def test_encoding_is_found_whatever_is_declared(encoding: str, declared: str) -> None:
    text = statement(incoming()).replace("Windows", declared)
    file = read(text.encode(encoding))
    assert file.encoding == encoding.removesuffix("-sig")
    assert file.documents[0][0].purpose == "Оплата по счету 15"


def test_one_bad_byte_does_not_cost_the_statement() -> None:
    whole = statement(incoming("1"), incoming("2")).encode("utf-8")
    file = read(whole.replace("ООО".encode(), b"\xff", 1))
    assert file.encoding == "utf-8+replaced"
    assert len(file.documents) == 2


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_line_ends(newline: str) -> None:
    file = read(statement(incoming(), outgoing()).replace("\n", newline))
    assert len(file.documents) == 2


def test_mixed_line_ends_blank_lines_and_no_newline_at_the_end() -> None:
    text = statement(incoming(), outgoing()).replace("\n", "\r\n", 7).rstrip("\n")
    file = read(text.replace("РасчСчет=", "\n\nРасчСчет=", 1))
    assert len(file.documents) == 2


def test_header_and_end_may_be_missing_when_accounts_are_configured() -> None:
    file = read(incoming() + outgoing(), OWN)
    assert [row.direction for row, _ in file.documents] == ["in", "out"]
    assert file.format_version is None


def test_section_without_a_kind_and_keys_in_any_order() -> None:
    section = incoming().splitlines()
    shuffled = ["СекцияДокумент", *reversed(section[1:-1]), section[-1]]
    (row,) = read(statement("\n".join(shuffled) + "\n")).documents
    assert row[0].document_kind is None
    assert row[0].amount == Decimal("100.00")


def test_garbage_line_is_kept_aside() -> None:
    text = incoming().replace("Дата=", "~~~ мусор ~~~\nДата=")
    ((row, _),) = read(statement(text)).documents
    assert row.raw["stray_lines"] == ["~~~ мусор ~~~"]


def test_equals_sign_inside_a_value() -> None:
    section = incoming(НазначениеПлатежа="Оплата, в т.ч. НДС=20%=16-67")
    assert read(statement(section)).documents[0][0].purpose == "Оплата, в т.ч. НДС=20%=16-67"


def test_purpose_goes_on_in_the_next_line() -> None:
    section = incoming(НазначениеПлатежа="Оплата по счету 15\nот 10.01.2026\nНДС-465000=")
    assert (
        read(statement(section)).documents[0][0].purpose
        == "Оплата по счету 15 от 10.01.2026 НДС-465000="
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"НазначениеПлатежа": "", "НазначениеПлатежа1": "Оплата", "НазначениеПлатежа2": "15"},
         "Оплата 15"),
        ({"НазначениеПлатежа": "Оплата 15", "НазначениеПлатежа1": "Оплата 15"}, "Оплата 15"),
        ({"НазначениеПлатежа": "Оплата 15", "НазначениеПлатежа1": "Оплата",
          "НазначениеПлатежа2": "15"}, "Оплата 15"),
        ({"НазначениеПлатежа": "Оплата", "НазначениеПлатежа1": "Оплата",
          "НазначениеПлатежа2": "15"}, "Оплата 15"),
        ({"НазначениеПлатежа": "Оплата", "НазначениеПлатежа1": "по счету"}, "Оплата по счету"),
        ({"НазначениеПлатежа": ""}, None),
    ],
)  # fmt: skip
def test_purpose_in_one_key_or_in_six(given: dict[str, str], expected: str | None) -> None:
    assert read(statement(incoming(**given))).documents[0][0].purpose == expected


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"Плательщик1": "ООО Ромашка"}, "ООО Ромашка"),
        ({"Плательщик1": "", "Плательщик": "ООО Ромашка"}, "ООО Ромашка"),
        ({"Плательщик1": "", "Плательщик": "ИНН 7700000099 КПП 770001001 ООО Ромашка"},
         "ООО Ромашка"),
        ({"Плательщик1": "ООО Ромашка", "Плательщик": "ИНН 7700000099 ООО Ромашка"},
         "ООО Ромашка"),
    ],
)  # fmt: skip
def test_name_of_a_party(given: dict[str, str], name: str) -> None:
    section = incoming(ПлательщикИНН="", **given)
    payer = read(statement(section)).documents[0][0].payer
    assert payer.name == name
    assert payer.inn == ("7700000099" if "ИНН" in given.get("Плательщик", "") else None)


def test_spoilt_header_dates_do_no_harm() -> None:
    text = statement(incoming()).replace("ДатаНачала=11.01.2026", "ДатаНачала=##.##.####")
    assert len(read(text).documents) == 1


def test_document_cut_by_the_end_of_the_file_is_not_trusted() -> None:
    text = statement(incoming("1"), incoming("2", amount="100000.00"))
    file = read(text[: text.index("100000.00") + 3])
    assert [row.document_number for row, _ in file.documents] == ["1"]
    (cut,) = file.unreadable
    assert "the file ends before КонецДокумента" in cut.reason
    assert "Сумма=100" in cut.raw_text


def test_document_without_its_last_line() -> None:
    file = read(statement(incoming("1").replace("КонецДокумента\n", ""), incoming("2")))
    assert [row.document_number for row, _ in file.documents] == ["2"]
    assert file.unreadable[0].line_number == 11
    assert "КонецДокумента is missing before line 23" in file.unreadable[0].reason


def test_document_without_its_first_line() -> None:
    section = incoming("1").replace("СекцияДокумент=Платежное поручение\n", "")
    file = read(statement(section, incoming("2")))
    assert [row.document_number for row, _ in file.documents] == ["2"]
    assert "СекцияДокумент is missing" in file.unreadable[0].reason


def test_two_documents_run_into_one() -> None:
    seam = "КонецДокумента\nСекцияДокумент=Платежное поручение\n"
    file = read(statement((incoming("1") + incoming("2")).replace(seam, "")))
    assert not file.documents
    assert 'Номер stands twice, "1" and "2"' in file.unreadable[0].reason


@pytest.mark.parametrize("amount", ["12к", "-5.00", "1.005", "1,234.56", "", "0.00", "1e3", "１２"])
def test_amount_that_cannot_be_trusted_is_set_aside(amount: str) -> None:
    file = read(statement(incoming("1", amount), incoming("2")).encode("utf-8"))
    assert [row.document_number for row, _ in file.documents] == ["2"]
    (reason,) = [problem.reason for problem in file.unreadable]
    assert "Сумма" in reason
    assert amount in reason
    assert "expected" in reason


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234", "1234.00"),
        ("1234.5", "1234.50"),
        ("1234,56", "1234.56"),
        ("1 234 567.80", "1234567.80"),
        ("1\u00a0234,56", "1234.56"),
    ],
)
def test_amounts_as_banks_write_them(text: str, amount: str) -> None:
    (row,) = read(statement(incoming("1", text)).encode("utf-8")).documents
    assert str(row[0].amount) == amount


def test_spoilt_booking_day_is_set_aside() -> None:
    file = read(statement(incoming(ДатаПоступило="31.02.2026"), incoming("2")))
    assert 'ДатаПоступило "31.02.2026" is not a day' in file.unreadable[0].reason
    assert len(file.documents) == 1


def test_file_that_is_something_else_is_named_so() -> None:
    with pytest.raises(SourceFormatError, match="not a 1C exchange file"):
        read(b"%PDF-1.7 \x00\x01\x02")
    with pytest.raises(SourceFormatError, match="empty"):
        read(b" \r\n")


KASPI = """1CClientBankExchange
ВерсияФормата=1.01
Кодировка=Windows
РасчСчет=KZ000000000000000001
СекцияДокумент=выписка
НомерДокумента=77
ДатаДокумента=02.03.2026
ВидДокумента=Платежное поручение
ПлательщикНаименование=ТОО Клиент
ПлательщикБИН_ИИН=990140000385
ПлательщикИИК=KZ000000000000000009
ПлательщикБанкБИК=CASPKZKA
ПолучательНаименование=ТОО Компания
ПолучательБИН_ИИН=990140000999
ПолучательИИК=KZ000000000000000001
СуммаРасход=
СуммаПриход=150 000,00
ДатаОперации=03.03.2026
НазначениеПлатежа=Оплата по договору
КодНазначенияПлатежа=859
КонецДокумента
КонецФайла
"""


def test_kazakh_dialect() -> None:
    ((row, _),) = parse(KASPI.encode("utf-8"), (), "KZT").documents
    assert (row.direction, row.amount, row.currency) == ("in", Decimal("150000.00"), "KZT")
    assert (row.booked_on, row.document_date) == (date(2026, 3, 3), date(2026, 3, 2))
    assert row.document_kind == "Платежное поручение"
    assert (row.payer.name, row.payer.inn, row.payer.bic) == (
        "ТОО Клиент", "990140000385", "CASPKZKA",
    )  # fmt: skip


def test_kazakh_dialect_without_own_account_goes_by_the_amount_column() -> None:
    text = KASPI.replace("РасчСчет=KZ000000000000000001\n", "")
    ((row, _),) = parse(text.encode("utf-8"), (), "KZT").documents
    assert (row.direction, row.direction_rule) == ("in", "amount")


def test_uzbek_bank_code() -> None:
    section = incoming(ПлательщикМФО="00450")
    assert read(statement(section)).documents[0][0].payer.bic == "00450"


def test_equal_movements_of_one_file_are_counted_and_overlaps_are_not() -> None:
    twice, other = incoming("", "10.00"), incoming("", "20.00")
    first = read(statement(twice, twice))
    second = read(statement(twice, other, twice))
    assert [occurrence for _, occurrence in first.documents] == [1, 2]
    assert keys(first) < keys(second)
    assert len(keys(second)) == 3


def test_two_account_file_keeps_movements_apart() -> None:
    file = read(
        statement(
            block(OWN, ВсегоПоступило="100.00", ВсегоСписано="0"),
            block(OWN_TOO, ВсегоПоступило="7.00", ВсегоСписано="0"),
            incoming(),
            document("3", "7.00", "40702810200000000777", OWN_TOO, ДатаПоступило="11.01.2026"),
        )
    )
    assert [tied.totals_tie for tied in file.statements] == [True, True]
