"""What a cell means, and what is refused rather than guessed at."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.tabular import cells
from ingestion.tabular.cells import Cell, CellError

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"),
        ("1234,5", "1234.5"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234\u202f567.89", "1234567.89"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1 500 ₽", "1500"),
        ("1500р.", "1500"),
        ("99,90 руб.", "99.90"),
        ("100 RUB", "100"),
        ("−12,5", "-12.5"),
        ("- 1 000", "-1000"),
        ("0,123", "0.123"),
        (",5", "0.5"),
        ("12.", "12"),
    ],
)
def test_amounts_as_people_write_them(text: str, number: str) -> None:
    assert cells.read_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "12к",
        "1,234",
        "12.345",
        "12 34",
        "1 23",
        "1.23.4567",
        "1,23,456",
        "1,234.56.78",
        "1,2E+05",
        "10%",
        "100 $",
        "100 руб. 50 коп.",
        "₽",
        "--",
        "NaN",
        "Infinity",
    ],
)
def test_what_is_no_number_for_certain_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        cells.read_decimal(text)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", "-", "—"])
def test_empty_cells(cell: Cell) -> None:
    assert cells.read_decimal(cell) is None


def test_a_column_without_thousands_has_fractions() -> None:
    assert cells.read_decimal("92,123", has_thousands=False) == Decimal("92.123")


def test_money_is_rounded_to_the_kopeck_half_away_from_zero() -> None:
    assert cells.read_money("0,005") == Decimal("0.01")
    assert cells.read_money(Decimal("-333.335")) == Decimal("-333.34")
    with pytest.raises(CellError, match="more than any amount"):
        cells.read_money("1" + "0" * 14)


def test_whole_numbers() -> None:
    assert cells.read_whole("1 200") == 1200
    assert cells.read_whole(Decimal("7.0")) == 7
    with pytest.raises(CellError, match="whole number"):
        cells.read_whole("1,5")


@pytest.mark.parametrize(
    "cell",
    [
        "11.01.2026",
        "11.1.2026",
        "2026-01-11",
        "11.01.2026 10:15",
        "2026-01-11T10:15:00+03:00",
        date(2026, 1, 11),
        datetime(2026, 1, 11, 9),  # noqa: DTZ001 a workbook knows no zones
    ],
)
def test_days(cell: Cell) -> None:
    assert cells.read_day(cell) == date(2026, 1, 11)


@pytest.mark.parametrize(
    "cell", ["11.01.26", "31.02.2026", "January", "11/01/2026", "11.01.1026", 46033, "10:15"]
)
def test_what_is_no_day(cell: Cell) -> None:
    with pytest.raises(CellError):
        cells.read_day(cell)


def test_moments_are_the_zones_unless_they_name_an_offset() -> None:
    expected = datetime(2026, 1, 11, 7, 15, 5, tzinfo=UTC)
    for text in ("11.01.2026 10:15:05", "2026-01-11 10:15:05", "2026-01-11T12:15:05+05:00"):
        assert cells.read_moment(text, MOSCOW) == expected
    assert cells.read_moment(date(2026, 1, 11), MOSCOW) == datetime(2026, 1, 10, 21, tzinfo=UTC)
    assert cells.read_moment("11.01.2026", MOSCOW) == datetime(2026, 1, 10, 21, tzinfo=UTC)
    with pytest.raises(CellError):
        cells.read_moment("11.01.2026 25:00", MOSCOW)


def test_flags() -> None:
    assert [cells.read_flag(cell) for cell in ("да", "TRUE", 1, True)] == [True] * 4
    assert [cells.read_flag(cell) for cell in ("Нет", "0", False)] == [False] * 3
    assert cells.read_flag(None) is None
    with pytest.raises(CellError, match="neither"):
        cells.read_flag("maybe")


def test_texts() -> None:
    assert cells.read_text(Decimal("1200.00")) == "1200"
    assert cells.read_text(datetime(2026, 1, 11)) == "2026-01-11"  # noqa: DTZ001
    assert cells.read_text(time(10, 15)) == "10:15:00"


def test_a_rouble_sign_is_noticed() -> None:
    assert cells.names_roubles("100 ₽")
    assert cells.names_roubles("100р")
    assert not cells.names_roubles("100")
    assert not cells.names_roubles(Decimal(100))


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for read in (cells.read_decimal, cells.read_money, cells.read_whole, cells.read_day):
        try:
            read(text)
        except CellError:
            continue


@given(st.decimals("-9999999999999", "9999999999999", places=2), st.sampled_from(".,"))
def test_every_rendering_of_an_amount_is_read_back(amount: Decimal, mark: str) -> None:
    sign = "-" if amount < 0 else ""
    whole, fraction = f"{abs(amount):f}".split(".")
    spaced = f"{int(whole):,}"
    for blank in ("", " ", "\u00a0", "\u202f", "." if mark == "," else ","):
        text = f"{sign}{spaced.replace(',', blank)}{mark}{fraction}"
        assert cells.read_money(text) == amount
        assert cells.read_money(f"{text} ₽") == amount
