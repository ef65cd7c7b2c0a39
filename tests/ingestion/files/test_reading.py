"""Cells, headers and mappings of files: what is read, what is refused and in which words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.files.contract import FEEDS
from ingestion.sources.files.mapping import FileMapping, mapping_path, read_mapping
from ingestion.sources.files.rows import read_header
from ingestion.sources.files.sheets import open_sheet
from ingestion.sources.files.values import reader_of
from ingestion.tabular import CellError
from tests.ingestion.files.company import parquet, workbook

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
DEALS = FEEDS["deals"]


def cells_of(path: Path, mapping: FileMapping | None = None) -> list[tuple[int, list[Any], str]]:
    sheet = open_sheet(path, mapping or FileMapping(MOSCOW), DEALS.columns)
    return [(row.number, list(row.cells), row.problem) for row in sheet.rows]


def put(folder: Path, content: bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-02-01T10:00:00", "2026-02-01T07:00:00"),
        ("2026-02-01 10:00", "2026-02-01T07:00:00"),
        ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00"),
        ("2026-02-01T10:00:00+05:00", "2026-02-01T05:00:00"),
        ("01.02.2026", "2026-01-31T21:00:00"),
        ("1.2.2026 10:00", "2026-02-01T07:00:00"),
        ("01.02.2026 10:00:30", "2026-02-01T07:00:30"),
        (datetime(2026, 2, 1, 10), "2026-02-01T07:00:00"),  # noqa: DTZ001 as workbooks have it
        (date(2026, 2, 1), "2026-01-31T21:00:00"),
    ],
)
def test_times_are_the_accounts_unless_they_name_an_offset(said: Any, moment: str) -> None:
    read = reader_of("moment", "created_at", FileMapping(MOSCOW))
    assert read(said) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        # in the night of 29 March 2026 Berlin's clocks went from 02:00 to 03:00: the hour before
        # the change is counted on
        ("2026-03-29 02:30", "2026-03-29T01:30:00"),
        # in the night of 25 October 02:30 came twice: the first one counts
        ("2026-10-25 02:30", "2026-10-25T00:30:00"),
        ("2026-10-25 02:30+01:00", "2026-10-25T01:30:00"),
    ],
)
def test_the_nights_in_which_clocks_change(said: str, moment: str) -> None:
    read = reader_of("moment", "created_at", FileMapping(BERLIN))
    assert read(said) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("money", "12 000,50 ₽", Decimal("12000.50")),
        ("money", Decimal("0.30"), Decimal("0.30")),
        ("money", "-5", Decimal("-5.00")),
        ("money", "", None),
        ("payment", "-12,5", Decimal("-12.50")),
        ("id", Decimal("15"), "15"),
        ("id", "15.0", "15"),
        ("id", "007", "007"),
        ("id", " D-15 ", "D-15"),
        ("id", 123456789012345678, "123456789012345678"),
        ("whole", "20", 20),
        ("flag", "да", True),
        ("flag", False, False),
        ("word", "WON", "won"),
        ("currency", "руб.", "RUB"),
        ("currency", "usd", "USD"),
        ("day", "2026-01-31T22:30:00Z", date(2026, 2, 1)),
        ("day", "31.01.2026 23:59", date(2026, 1, 31)),
        ("text", None, None),
    ],
)
def test_values_are_read_as_people_write_them(kind: Any, said: Any, value: Any) -> None:
    assert reader_of(kind, "x", FileMapping(MOSCOW))(said) == value


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("money", "12к"),
        ("money", "1.234"),
        ("money", datetime(2026, 1, 1)),  # noqa: DTZ001
        ("moment", "вчера"),
        ("moment", "2026-02-30"),
        ("moment", "32.01.2026"),
        ("moment", 46054),
        ("moment", "01.02.0026"),
        ("day", "31/01/2026"),
        ("whole", "1.5"),
        ("flag", "может быть"),
        ("payment", "0.00"),
        ("currency", "доллары"),
        ("id", "1,23457E+17"),
        ("id", Decimal("1.23456789012346E+17")),
    ],
)
def test_what_would_have_to_be_guessed_at_is_refused(kind: Any, said: Any) -> None:
    with pytest.raises(CellError):
        reader_of(kind, "x", FileMapping(MOSCOW))(said)


def test_a_format_of_dates_and_words_of_ones_own() -> None:
    mapping = FileMapping(
        MOSCOW, values={"status": {"успешно": "won"}}, date_format="%d/%m/%y %H:%M"
    )
    assert reader_of("word", "status", mapping)("Успешно") == "won"
    assert reader_of("word", "status", mapping)("Иначе") == "иначе"
    moment = reader_of("moment", "created_at", mapping)
    assert moment("01/02/26 10:00") == datetime(2026, 2, 1, 7, tzinfo=UTC)
    with pytest.raises(CellError, match="%d/%m/%y"):
        moment("2026-02-01 10:00")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encodings_and_separators_of_csv(tmp_path: Path, encoding: str, separator: str) -> None:
    text = f"deal_id{separator}name\r\n1{separator}Кухня\r\n\r\n2{separator}Ёлка\r\n"
    path = put(tmp_path, text.encode(encoding))
    assert cells_of(path) == [(2, ["1", "Кухня"], ""), (4, ["2", "Ёлка"], "")]


def test_a_letter_cut_in_half_at_the_end_is_no_utf8(tmp_path: Path) -> None:
    path = put(tmp_path, "deal_id;name\n1;Кухня".encode()[:-1])
    sheet = open_sheet(path, FileMapping(MOSCOW), DEALS.columns)
    assert sheet.encoding == "cp1251"


def test_a_quote_that_nobody_closed_costs_its_row_only(tmp_path: Path) -> None:
    rows = ['1;"ООО ""Ромашка"""', '2;"две', 'строки"', '3;"не закрыта', "4;d", '5;"e"']
    path = put(tmp_path, ("deal_id;name\n" + "\n".join(rows) + "\n").encode())
    found = cells_of(path)
    assert [(number, cells) for number, cells, problem in found if not problem] == [
        (2, ["1", 'ООО "Ромашка"']),
        (3, ["2", "две\nстроки"]),
        (6, ["4", "d"]),
        (7, ["5", "e"]),
    ]
    assert [(number, "quote" in problem) for number, _, problem in found if problem] == [(5, True)]


def test_a_row_wider_than_its_header_is_not_guessed_at(tmp_path: Path) -> None:
    path = put(tmp_path, b"deal_id,price\n1,12,50\n2,7,\n")
    (_, _, problem), (number, cells, none) = cells_of(path)
    assert "3 cells, the header 2" in problem
    assert (number, cells, none) == (3, ["2", "7", None], "")


def test_workbooks_are_read_by_their_first_sheet_or_a_named_one(tmp_path: Path) -> None:
    content = workbook(
        ["deal_id", "created_at", "price"],
        [1, datetime(2026, 2, 1, 10), 0.1 + 0.2],  # noqa: DTZ001
        [],
        ["D-2", None, 7],
        Архив=[["deal_id"], [9]],
    )
    path = put(tmp_path, content)
    assert cells_of(path) == [
        (2, [1, datetime(2026, 2, 1, 10), Decimal("0.3")], ""),  # noqa: DTZ001
        (4, ["D-2", None, 7], ""),
    ]
    assert cells_of(path, FileMapping(MOSCOW, sheet="Архив")) == [(2, [9], "")]
    with pytest.raises(SourceFormatError, match="Лист1, Архив"):
        cells_of(path, FileMapping(MOSCOW, sheet="Нет"))


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    content = parquet(
        deal_id=[1, 2],
        created_at=pa.array(
            [datetime(2026, 2, 1, 10, tzinfo=UTC), None], pa.timestamp("ns", tz="Europe/Moscow")
        ),
        price=pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
        name=pa.array(["a", "b"]).dictionary_encode(),
        cogs=[1.5, float("nan")],
    )
    (_, first, _), (_, second, _) = cells_of(put(tmp_path, content))
    assert first[0] == 1
    assert first[1].astimezone(UTC) == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert first[2:] == [Decimal("1.10"), "a", Decimal("1.5")]
    assert second == [2, None, None, "b", None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 and nothing more", "not a workbook"),
        (b"PAR1 and nothing more", "not a Parquet file"),
        (b"\xd0\xcf\x11\xe0 old", "Excel 97-2003"),
        (b"%PDF\0\0", "neither CSV"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        cells_of(put(tmp_path, content))


def test_headers_are_found_in_any_spelling_or_by_their_mapping() -> None:
    mapping = FileMapping(MOSCOW, columns={"price": "Бюджет, ₽", "name": "Название"})
    header = read_header(["Deal ID", "created_at", "бюджет", "name", "", "Тег"], DEALS, mapping)
    assert dict(header.places) == {"deal_id": 0, "created_at": 1, "price": 2}
    # a mapped column is looked for under its mapped header only
    assert header.missing == ("Название",)
    assert dict(header.unknown) == {3: "name", 5: "Тег"}


def test_a_header_that_lacks_or_doubles_a_column_is_refused() -> None:
    with pytest.raises(SourceFormatError, match="no column created_at; the header has"):
        read_header(["deal_id", "price"], DEALS, FileMapping(MOSCOW))
    with pytest.raises(SourceFormatError, match='two columns are called "deal_id"'):
        read_header(["deal_id", "Deal-ID", "created_at"], DEALS, FileMapping(MOSCOW))


def test_a_mapping_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    def read(text: str) -> FileMapping:
        return read_mapping(put(tmp_path, text.encode(), "mapping.toml"), DEALS, MOSCOW)

    mapping = read('timezone = "Asia/Omsk"\nencoding = "UTF8"\nseparator = "tab"\n')
    assert (str(mapping.zone), mapping.encoding, mapping.separator) == (
        "Asia/Omsk", "utf-8-sig", "\t",
    )  # fmt: skip
    for text, message in [
        ("columns = ", "mapping.toml: not valid TOML"),
        ('[columns]\ndael_id = "ID"\n', 'columns.dael_id: "dael_id" is no column of deals'),
        ('timezone = "Moscow"\n', "timezone: .*IANA"),
        ('encoding = "cp12"\n', "encoding: .*no encoding"),
        ("colums = 1\n", "colums"),
    ]:
        with pytest.raises(SourceFormatError, match=message):
            read(text)


def test_the_nearest_mapping_is_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "deals" / "2026"
    folder.mkdir(parents=True)
    file = put(folder, b"x", "a.csv")
    put(tmp_path, b"", "mapping.toml")  # above the feed's folder: not looked at
    assert mapping_path(file, tmp_path / "deals") is None
    put(tmp_path / "deals", b"", "mapping.toml")
    assert mapping_path(file, tmp_path / "deals") == tmp_path / "deals" / "mapping.toml"
    put(folder, b"", "a.toml")
    assert mapping_path(file, tmp_path / "deals") == folder / "a.toml"
