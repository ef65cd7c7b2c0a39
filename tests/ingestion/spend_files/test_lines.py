"""What a row of a spend file says, and why it is set aside."""

from datetime import date
from decimal import Decimal

import pytest

from ingestion.sources.spend_files.lines import SpendLine
from tests.ingestion.spend_files.folder import read


def line(header: str, cells: str, **section: object) -> SpendLine:
    file = read(f"{header}\n{cells}\n", **section)
    assert not file.rejected, file.rejected
    ((_, found, _),) = file.lines
    return found


def reason(header: str, cells: str, **section: object) -> str:
    file = read(f"{header}\n{cells}\n", **section)
    assert not file.lines
    (rejected,) = file.rejected
    return rejected.reason


def test_all_columns_by_their_russian_names() -> None:
    found = line(
        "Начало;Конец;Источник;Канал;Кампания;Объявление;Ключ;ID кампании;Расход;Клики;Показы;"
        "Валюта;НДС;Ставка НДС;Комментарий",
        "01.01.2026;31.01.2026;avito;cpc;Кухни;а1;кухня;77;31 000,50;10;1 000;руб.;без НДС;;ок",
    )
    assert found == SpendLine(
        date_from=date(2026, 1, 1),
        date_to=date(2026, 1, 31),
        utm_source="avito",
        utm_medium="cpc",
        utm_campaign="Кухни",
        utm_content="а1",
        utm_term="кухня",
        campaign_id="77",
        cost=Decimal("31000.50"),
        clicks=10,
        impressions=1000,
        currency="RUB",
        vat_mode="none",
        vat_rate=None,
        comment="ок",
    )


def test_the_form_of_metricas_upload() -> None:
    found = line(
        "Date,UTMSource,UTMMedium,UTMCampaign,Expenses,Currency,Clicks",
        "2026-01-01/2026-01-07,telegram,cpc,post,12.34,EUR,5",
    )
    assert (found.date_from, found.date_to) == (date(2026, 1, 1), date(2026, 1, 7))
    assert (found.cost, found.currency, found.clicks) == (Decimal("12.34"), "EUR", 5)


@pytest.mark.parametrize(
    "cell", ["01.01.2026-31.01.2026", "01.01.2026 – 31.01.2026", "2026-01-01/2026-01-31"]
)
def test_a_span_in_one_cell(cell: str) -> None:
    found = line("Период;Источник;Расход", f"{cell};a;1")
    assert (found.date_from, found.date_to) == (date(2026, 1, 1), date(2026, 1, 31))


def test_one_day_with_both_kinds_of_columns() -> None:
    header = "Дата;Начало;Конец;Источник;Расход"
    assert line(header, "05.01.2026;;;a;1").date_to == date(2026, 1, 5)
    assert line(header, ";05.01.2026;06.01.2026;a;1").date_to == date(2026, 1, 6)


@pytest.mark.parametrize(
    ("said", "mode", "rate"),
    [
        ("incl", "incl", None),
        ("с НДС", "incl", None),
        ("в т.ч. НДС", "incl", None),
        ("сверху", "excl", None),
        ("excl", "excl", None),
        ("Без НДС", "none", None),
        ("не облагается", "none", None),
        ("22%", "incl", Decimal("0.22")),
        ("20", "incl", Decimal("0.20")),
        ("0,05", "incl", Decimal("0.05")),
        ("", "incl", None),
    ],
)
def test_vat(said: str, mode: str, rate: Decimal | None) -> None:
    found = line("Дата;Источник;Расход;НДС", f"05.01.2026;a;1;{said}")
    assert (found.vat_mode, found.vat_rate) == (mode, rate)


def test_vat_of_the_settings() -> None:
    header, cells = "Дата;Источник;Расход;НДС;Ставка НДС", "05.01.2026;a;1;"
    assert line(header, cells + ";", vat_mode="none").vat_rate is None
    five = {"vat_mode": "excl", "vat_rate": "0.05"}
    assert line(header, cells + ";", **five).vat_rate == Decimal("0.05")
    assert line(header, cells + ";7%", **five).vat_rate == Decimal("0.07")
    assert line(header, cells + ";7%", vat_mode="none").vat_mode == "incl"
    assert line(header, cells + "none;", **five).vat_rate is None


def test_a_return_needs_a_comment() -> None:
    header = "Дата;Источник;Расход;Комментарий"
    assert line(header, "05.01.2026;a;-10;возврат").cost == Decimal("-10.00")
    assert "-10.00 is below zero" in reason(header, "05.01.2026;a;-10;")


@pytest.mark.parametrize(
    ("header", "cells", "complaint"),
    [
        ("Дата;Источник;Расход", "05.01.2026;a;12к", 'column "Расход": "12к" is not a number'),
        ("Дата;Источник;Расход", "05.01.2026;a;", 'column "Расход": is empty'),
        ("Дата;Источник;Расход", "05.01.2026;;1", 'column "Источник": is empty'),
        ("Дата;Источник;Расход", ";a;1", 'column "Дата": is empty'),
        ("Дата;Источник;Расход", "31.02.2026;a;1", "is not a day"),
        ("Дата;Источник;Расход", "05.01.2026-04.01.2026;a;1", "ends on 2026-01-04 before"),
        ("Дата;Источник;Расход", "05.01.2026-06.01.2027;a;1", "more than 366 days"),
        ("Начало;Конец;Источник;Расход", "05.01.2026;;a;1", 'column "Конец": is empty'),
        ("Начало;Конец;Источник;Расход", "05.01.2025;06.01.2026;a;1", "more than 366 days"),
        ("Дата;Источник;Расход;Клики", "05.01.2026;a;1;1,5", "not a whole number"),
        ("Дата;Источник;Расход;Клики", "05.01.2026;a;1;-1", "below zero"),
        ("Дата;Источник;Расход;Валюта", "05.01.2026;a;1;рубли дерева", "not a currency"),
        ("Дата;Источник;Расход;Валюта", "05.01.2026;a;1 ₽;USD", "in roubles, the row in USD"),
        ("Дата;Источник;Расход;НДС", "05.01.2026;a;1;когда как", "none of incl, excl, none"),
        ("Дата;Источник;Расход;НДС", "05.01.2026;a;1;90%", "not a rate of VAT"),
    ],
)
def test_reasons(header: str, cells: str, complaint: str) -> None:
    assert complaint in reason(header, cells)


def test_file_without_a_required_column_is_refused_whole() -> None:
    file = read("Отчёт за январь\nДата;Площадка;Расход\n05.01.2026;a;1\n")
    assert not file.lines
    assert [(row.place.row_number, row.reason) for row in file.rejected] == [
        (0, "f.csv row 2: no column utm_source; the header has Дата, Площадка, Расход")
    ]
    file = read("Начало;Источник;Расход\n05.01.2026;a;1\n")
    assert [row.reason for row in file.rejected] == [
        "f.csv row 1: no column date_to beside date_from"
    ]


def test_totals_of_a_file() -> None:
    text = "Дата;Источник;Расход\n05.01.2026;a;10\n06.01.2026;a;12к\n07.01.2026;;3\nИтого;;13,5\n"
    file = read(text)
    assert (file.cost, file.cost_rejected, file.stated) == (
        Decimal("10.00"),
        Decimal("3.00"),
        Decimal("13.50"),
    )
    assert [row.cost for row in file.rejected] == [None, Decimal("3.00")]
    # totals of parts are none of the whole
    assert read(text + "08.01.2026;a;1\nИтого;;1\n").stated is None
