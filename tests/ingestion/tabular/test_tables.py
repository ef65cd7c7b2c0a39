"""Files as companies make them: dialects, titles, totals, sheets, and what is said of bad ones."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ingestion.errors import SourceFormatError
from ingestion.tabular import CellError, Layout, TableFile, read_tables

LAYOUT = Layout(
    columns={
        "date": ("Дата", "День"),
        "source": ("Источник",),
        "cost": ("Расход", "Сумма"),
        "comment": ("Комментарий",),
    },
    required=(("date",), ("source",), ("cost",)),
)
ROWS = "Дата;Источник;Расход;Комментарий\n11.01.2026;avito;1 234,50;да\n12.01.2026;avito;0;\n"
PATIENT = settings(deadline=None, max_examples=60)


def read(content: str | bytes, encoding: str = "utf-8") -> TableFile:
    return read_tables(
        "f.csv", content.encode(encoding) if isinstance(content, str) else content, LAYOUT
    )


def values(file: TableFile) -> list[tuple[Any, ...]]:
    return [
        (row.number, row.day("date"), row.text("source"), row.money("cost"), row.text("comment"))
        for table in file.tables
        for row in table.rows
    ]


EXPECTED = [
    (2, date(2026, 1, 11), "avito", Decimal("1234.50"), "да"),
    (3, date(2026, 1, 12), "avito", Decimal("0.00"), None),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, newline: str) -> None:
    file = read(ROWS.replace("\n", newline), encoding)
    assert values(file) == EXPECTED
    assert file.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separators(separator: str) -> None:
    text = "\n".join(
        [
            separator.join(["Дата", "Источник", "Расход", "Комментарий"]),
            separator.join(["11.01.2026", "avito", '"1 234,50"', '"a;b,c"']),
        ]
    )
    assert values(read(text)) == [
        (2, date(2026, 1, 11), "avito", Decimal("1234.50"), "a;b,c"),
    ]


def test_a_title_above_blank_lines_and_totals() -> None:
    text = (
        "sep=;\nОтчёт по расходам; за январь, весь;;\n;;;\n"
        "ИСТОЧНИК;Расход, ₽;Дата\n\navito;1;11.01.2026\n;;\nИтого за январь:;1;\nВсего;1;\n"
    )
    file = read(text)
    (table,) = file.tables
    assert table.header_row == 4
    assert [(row.number, row.is_total) for row in table.rows] == [(6, False), (8, True), (9, True)]
    assert table.headers == {"source": "ИСТОЧНИК", "cost": "Расход, ₽", "date": "Дата"}


def test_a_campaign_called_like_a_total_is_none() -> None:
    (table,) = read("Источник;Дата;Расход\nИтоговая распродажа;11.01.2026;1\n").tables
    assert [row.is_total for row in table.rows] == [False]


def test_a_missing_column_is_named_with_its_row() -> None:
    with pytest.raises(SourceFormatError) as caught:
        read("Отчёт\nДата;Расход;Площадка\n11.01.2026;1;x\n")
    assert (
        str(caught.value) == "f.csv row 2: no column source; the header has Дата, Расход, Площадка"
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "the file is empty"),
        (b" \n \n", "the file is empty"),
        (b"just a letter\nto you\n", "no header in the first 2 rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "Excel 97-2003"),
        (b"PK\x03\x04 half an archive", "not a workbook"),
        (b"\x00\x01\x02\x03", "neither CSV"),
    ],
)
def test_other_files_are_refused_by_name(content: bytes, complaint: str) -> None:
    with pytest.raises(SourceFormatError, match=f"^f.csv: .*{complaint}"):
        read(content)


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(SourceFormatError, match='"Расход" and "Сумма" both mean cost'):
        read("Дата;Источник;Расход;Сумма\n")
    (table,) = read("Дата;Источник;Расход;cost\n11.01.2026;a;1;2\n").tables
    assert (table.rows[0].money("cost"), table.unknown) == (Decimal("2.00"), ("Расход",))


def test_unknown_columns_are_kept() -> None:
    (table,) = read("Дата;Источник;Расход;Регион;\n11.01.2026;a;1;Тула;x\n").tables
    assert table.unknown == ("Регион",)
    assert table.rows[0].problem  # a cell beyond the header
    (table,) = read("Дата;Источник;;Расход;Регион\n11.01.2026;a;note;1;Тула\n").tables
    assert table.rows[0].as_written() == {
        "Дата": "11.01.2026",
        "Источник": "a",
        "Расход": "1",
        "Регион": "Тула",
        "column 3": "note",
    }


def test_an_unquoted_decimal_comma_is_not_read_as_two_cells() -> None:
    (table,) = read("Дата,Источник,Расход\n11.01.2026,a,1234,56\n").tables
    assert "4 cells, the header 3" in table.rows[0].problem


def test_a_bad_cell_is_named_by_its_header() -> None:
    (table,) = read("Дата;Источник;Сумма, руб.\nвчера;a;12к\n").tables
    with pytest.raises(CellError, match=r'^column "Сумма, руб\.": "12к" is not a number'):
        table.rows[0].money("cost")
    with pytest.raises(CellError, match=r'^column "Дата": "вчера" is not a day'):
        table.rows[0].day("date")


def test_line_breaks_inside_quotes() -> None:
    text = 'Дата;Источник;Расход;Комментарий\n11.01.2026;a;1;"две\nстроки"\n12.01.2026;a;2;\n'
    rows = read(text).tables[0].rows
    assert [(row.number, row.text("comment"), row.problem) for row in rows] == [
        (2, "две\nстроки", ""),
        (4, None, ""),
    ]


def test_a_quote_nobody_closed_costs_one_row_not_the_rest() -> None:
    text = 'Дата;Источник;Расход\n11.01.2026;"a;1\n' + "12.01.2026;a;2\n" * 200
    rows = read(text).tables[0].rows
    assert len(rows) == 201
    assert sum(row.money("cost") or 0 for row in rows[1:]) == 400


def test_two_stray_quotes_swallow_nothing_in_silence() -> None:
    text = 'Дата;Источник;Расход\n11.01.2026;"a;1\n12.01.2026;b;2\n13.01.2026;c";3\n'
    (row,) = read(text).tables[0].rows
    assert "swallows the rows below" in row.problem


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


HEADER = ["Дата", "Источник", "Расход", "Комментарий"]


def test_cells_of_a_workbook_are_what_they_are() -> None:
    content = workbook(
        (
            "Январь",
            [
                ["Расходы за январь"],
                [],
                HEADER,
                [date(2026, 1, 11), "avito", 0.1 + 0.2, None],
                [datetime(2026, 1, 12, 10), "avito", 1234, True],  # noqa: DTZ001
                ["13.01.2026", " avito ", "1 234,50 ₽", 17.0],
                ["Итого", None, 1234.8],
            ],
        ),
        ("Февраль", [HEADER, ["01.02.2026", "2gis", 5, None]]),
        ("Пустой", []),
        ("Пояснения", [["Читай меня", "внимательно"]]),
    )
    file = read(content)
    assert file.encoding == "xlsx"
    assert [(table.sheet, table.header_row) for table in file.tables] == [
        ("Январь", 3),
        ("Февраль", 1),
    ]
    assert [
        (row.number, row.day("date"), row.text("source"), row.money("cost"), row.text("comment"))
        for row in file.tables[0].rows[:3]
    ] == [
        (4, date(2026, 1, 11), "avito", Decimal("0.30"), None),
        (5, date(2026, 1, 12), "avito", Decimal("1234.00"), "True"),
        (6, date(2026, 1, 13), "avito", Decimal("1234.50"), "17"),
    ]
    assert file.tables[0].rows[3].is_total
    ((sheet, reason),) = file.ignored
    assert sheet == "Пояснения"
    assert 'sheet "Пояснения": no header' in reason


def test_a_workbook_without_any_table_is_refused() -> None:
    with pytest.raises(SourceFormatError, match=r'f.csv sheet "a" row 1: no column cost'):
        read(workbook(("a", [["Дата", "Источник"], ["x", "y"]])))


def test_a_gap_in_a_workbook_keeps_row_numbers() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for column, text in enumerate(HEADER, start=1):
        sheet.cell(2, column, text)
    sheet.cell(40, 1, "11.01.2026")
    stream = io.BytesIO()
    book.save(stream)
    assert [row.number for row in read(stream.getvalue()).tables[0].rows] == [40]


@given(st.data())
@PATIENT
def test_a_damaged_workbook_is_refused_or_read(data: st.DataObject) -> None:
    content = bytearray(_SAMPLE_BOOK)
    for _ in range(data.draw(st.integers(1, 10))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(content[: data.draw(st.integers(4, len(content)))]))


_SAMPLE_BOOK = workbook(("a", [HEADER, ["11.01.2026", "a", 1, None]]))


@given(st.binary(max_size=300))
@PATIENT
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    _read_or_refuse(content)


LINES = st.lists(
    st.one_of(
        st.sampled_from(["Дата;Источник;Расход", "11.01.2026;a;1", '"', '"";;', "Итого;;1", ";;"]),
        st.text(alphabet='аб1";,\t\r ', max_size=12),
    ),
    max_size=20,
)


@given(LINES)
@PATIENT
def test_any_lines_are_refused_or_read(lines: list[str]) -> None:
    _read_or_refuse("\n".join(lines).encode())


def _read_or_refuse(content: bytes) -> None:
    try:
        read(content)
    except SourceFormatError as error:
        if not str(error).startswith("f.csv"):
            raise


TEXTS = st.one_of(
    st.text(alphabet="аbЁ ;,\t\"'0-", max_size=12), st.text(alphabet='аbЁ "\n', max_size=12)
).map(str.strip)
RECORDS = st.lists(
    st.tuples(
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.text(alphabet="avito2gisЯ ", min_size=1).map(str.strip).filter(bool),
        st.decimals("-99999999.99", "99999999.99", places=2),
        TEXTS,
    ),
    max_size=8,
)


@given(
    RECORDS,
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["%d.%m.%Y", "%Y-%m-%d"]),
    st.sampled_from([".", ","]),
    st.sampled_from(["", " ", "\u00a0"]),
    st.permutations(["Дата", "источник", "РАСХОД, руб.", "Комментарий"]),
    st.booleans(),
)
@PATIENT
def test_every_dialect_reads_the_same(
    records: list[tuple[date, str, Decimal, str]],
    separator: str,
    encoding: str,
    newline: str,
    day_format: str,
    mark: str,
    blank: str,
    header: list[str],
    has_title: bool,
) -> None:
    def quoted(text: str) -> str:
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & set(' ;,\t"\n') else text

    def line(cells: dict[str, str]) -> str:
        return separator.join(quoted(cells[column]) for column in header)

    def amount(value: Decimal) -> str:
        whole, fraction = f"{abs(value):f}".split(".")
        text = f"{int(whole):,}".replace(",", blank) + mark + fraction
        return f"-{text}" if value < 0 else text

    lines = ["Расходы" + separator * 3] if has_title else []
    lines.append(line(dict(zip(header, header, strict=True))))
    for day, source, cost, comment in records:
        lines.append(
            line(
                {
                    "Дата": f"{day:{day_format}}",
                    "источник": source,
                    "РАСХОД, руб.": amount(cost),
                    "Комментарий": comment,
                }
            )
        )
    file = read(newline.join(lines) + newline, encoding)
    assert [
        (row.day("date"), row.text("source"), row.money("cost"), row.text("comment") or "")
        for table in file.tables
        for row in table.rows
    ] == records
    assert not [row.problem for table in file.tables for row in table.rows if row.problem]
