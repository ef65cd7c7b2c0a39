"""Whatever the bytes, rows or a named error; whatever the rendering, the same documents."""

import random
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.bank_feed import movement_key
from ingestion.errors import SourceFormatError
from ingestion.sources.bank_1c.exchange import ExchangeFile, parse
from ingestion.sources.bank_1c.keys import DOCUMENT_FIELDS, STATEMENT_FIELDS
from tests.ingestion.bank_1c.statements import CLIENT, OWN, OWN_TOO, SUPPLIER, statement

PATIENT = settings(deadline=None)  # a busy machine is no failure
WORDS = [
    "1CClientBankExchange", "СекцияРасчСчет", "КонецРасчСчет", "СекцияДокумент",
    "СекцияДокумент=Банковский ордер", "КонецДокумента", "КонецФайла", "", "мусор", "НДС-100=",
]  # fmt: skip
VALUES = ["", "=", "0", "11.01.2026", "99.99.9999", "100.00", "12к", "-1", OWN, CLIENT, "а\x00б"]
LINES = st.one_of(
    st.sampled_from(WORDS),
    st.builds(
        "{}={}".format,
        st.sampled_from([*DOCUMENT_FIELDS, *STATEMENT_FIELDS, "НовыйКлюч"]),
        st.one_of(st.sampled_from(VALUES), st.text(max_size=8)),
    ),
    st.text(max_size=12),
)


@given(st.binary(max_size=400))
@PATIENT
def test_any_bytes_give_rows_or_a_named_error(content: bytes) -> None:
    _parse_or_refuse(content)


@given(
    st.lists(LINES, max_size=60),
    st.sampled_from(["utf-8", "cp1251", "cp866", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(PATIENT, max_examples=200)
def test_any_lines_of_the_format_give_rows(lines: list[str], encoding: str, newline: str) -> None:
    text = newline.join(["СекцияРасчСчет", *lines])
    file = _parse_or_refuse(text.encode(encoding, "replace"))
    assert file is not None
    for row, occurrence in file.documents:
        assert row.amount > 0
        assert row.direction in {"in", "out"}
        assert occurrence >= 1


@given(st.data())
@PATIENT
def test_a_real_file_with_any_bytes_changed_never_crashes(data: st.DataObject) -> None:
    content = bytearray(statement(_render(_SAMPLE, [0, 1, 2, 3, 4, 5])).encode("cp1251"))
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _parse_or_refuse(bytes(content[: data.draw(st.integers(1, len(content)))]))


LETTERS = st.text("АБЯабвяё №.,-/0123456789", min_size=1, max_size=30).map(str.strip)
MOVEMENTS = st.fixed_dictionaries(
    {
        "number": st.integers(1, 99).map(str),
        "amount": st.decimals("0.01", "9999999.99", places=2),
        "is_in": st.booleans(),
        "day": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        "purpose": LETTERS.filter(bool),
        "name": LETTERS.filter(bool),
    }
)
_SAMPLE = {
    "number": "1",
    "amount": Decimal("10.00"),
    "is_in": True,
    "day": date(2026, 1, 11),
    "purpose": "Оплата",
    "name": "ООО",
}


@given(
    st.lists(MOVEMENTS, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "cp866", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.randoms(use_true_random=False),
)
@PATIENT
def test_what_is_written_is_read(
    movements: list[dict[str, object]], encoding: str, newline: str, chance: random.Random
) -> None:
    sections = []
    for movement in movements:
        order = list(range(6))
        chance.shuffle(order)
        sections.append(_render(movement, order))
    # cp866 has no №
    text = statement(*sections).replace("\n", newline).replace("№", "N")
    file = parse(text.encode(encoding), (), "RUB")
    assert not file.unreadable
    assert [
        (
            row.document_number,
            row.amount,
            row.direction == "in",
            row.booked_on,
            row.purpose,
            (row.payer if row.direction == "in" else row.payee).name,
        )
        for row, _ in file.documents
    ] == [
        tuple(
            value.replace("№", "N") if isinstance(value := movement[key], str) else value
            for key in ("number", "amount", "is_in", "day", "purpose", "name")
        )
        for movement in movements
    ]


@given(st.lists(MOVEMENTS, min_size=1, max_size=8), st.data())
@PATIENT
def test_overlapping_files_give_the_same_set(
    movements: list[dict[str, object]], data: st.DataObject
) -> None:
    """Files by whole days, as banks export them: any cover of the days gives the one set."""
    doubled = movements + data.draw(st.lists(st.sampled_from(movements), max_size=4))
    days = sorted({str(movement["day"]) for movement in doubled})
    cut = data.draw(st.integers(0, len(days) - 1))
    overlap = data.draw(st.integers(0, len(days) - cut))

    def keys(chosen: list[str]) -> set[str]:
        sections = [_render(m, range(6)) for m in doubled if str(m["day"]) in chosen]
        file = parse(statement(*sections).encode("cp1251"), (OWN_TOO,), "RUB")
        return {movement_key(row.natural_key(), number) for row, number in file.documents}

    assert len(keys(days)) == len(doubled)
    assert keys(days[: cut + overlap]) | keys(days[cut:]) == keys(days)


def _render(movement: dict[str, object], order: object) -> str:
    is_in = movement["is_in"]
    day = f"{movement['day']:%d.%m.%Y}"
    party = "Плательщик" if is_in else "Получатель"
    lines = [
        f"Номер={movement['number']}",
        f"Сумма={movement['amount']}",
        f"{'ДатаПоступило' if is_in else 'ДатаСписано'}={day}",
        f"НазначениеПлатежа={movement['purpose']}",
        f"{party}1={movement['name']}",
        f"ПлательщикСчет={CLIENT if is_in else OWN}\nПолучательСчет={OWN if is_in else SUPPLIER}",
    ]
    body = "\n".join(lines[index] for index in order)  # type: ignore[attr-defined]
    return f"СекцияДокумент=Платежное поручение\n{body}\nКонецДокумента\n"


def _parse_or_refuse(content: bytes) -> ExchangeFile | None:
    try:
        return parse(content, (OWN_TOO,), "RUB")
    except SourceFormatError:
        return None
