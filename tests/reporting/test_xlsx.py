"""The workbook of findings, read back: everything is there, in order, and text stays text."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from reporting.errors import ReportDataError, ReportError
from reporting.scope import Scope
from reporting.xlsx import write_findings_xlsx

FORMULA = "=cmd|' /C calc'!A0"
NASTY = [
    "<script>alert(1)</script> & «Окна»",
    FORMULA,
    "+7 900 000-00-00",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "Кухня 🏠\N{ZERO WIDTH JOINER}👩",
    "#N/A",
    "12.10",
]
ANNA = 31
_FINDINGS = """
create schema quality;
create schema seeds;
create table seeds.channels as
    select 'paid_search' as channel, 'Реклама в поиске' as title_ru, 'Paid search' as title_en;
create table quality.rules (
    rule_id text, severity text, owner_role text, title_ru text, fix_ru text, title_en text,
    fix_en text, is_run boolean, checked bigint, failing bigint, ran_at timestamptz
);
insert into quality.rules values
    ('won_no_price', 'error', 'responsible', 'Без суммы', '=Впишите сумму', 'No sum', 'Enter it',
     true, 40, 3, '2026-10-31 20:00:00+00'),
    ('utm_blanks', 'advice', 'marketing', 'Пробелы в метке', 'Уберите', 'Blanks', 'Remove', true,
     9, 1, '2026-10-31 20:00:00+00'),
    ('spend_untied', 'blocker', 'administrator', 'Итоги', 'Чинить', 'Totals', 'Mend', false, null,
     null, null);
create table quality.findings (
    rule_id text, severity text, owner_role text, entity_type text, entity_id text,
    entity_name text, entity_url text, account_id bigint, deal_id bigint, deal_url text,
    deal_name text, pipeline_id bigint, pipeline_name text, stage_name text, channel text,
    responsible_user_id bigint, responsible_name text, money_at_stake decimal(18, 2),
    currency text, evidence text, first_seen_at timestamptz, resolved_at timestamptz,
    reopened_count bigint
);
"""
_INSERT = "insert into quality.findings values (" + ", ".join("?" * 23) + ")"
SEEN = datetime(2026, 10, 20, 22, 30, tzinfo=UTC)  # already the 21st in Moscow

Row = tuple[Any, ...]


def deal(
    number: int,
    name: str,
    money: str,
    *,
    user: tuple[int | None, str | None] = (ANNA, "Анна"),
    rule: str = "won_no_price",
    url: str | None = "https://demo.amocrm.ru/leads/detail/{}",
    is_resolved: bool = False,
) -> Row:
    evidence = {
        "field": "has_price",
        "value": False,
        "because": {
            "is_won": True,
            "price": None,
            "paid_amount": "12000.50",
            "closed_on": "2026-10-03",
        },
    }
    link = None if url is None else url.format(number)
    return (
        *(rule, "error", "responsible", "deal", str(number), name, link, 1, number, link, name),
        *(7, "Продажи", "Новая", "paid_search", *user, Decimal(money), "RUB"),
        *(json.dumps(evidence), SEEN, SEEN if is_resolved else None, 2),
    )


MARK: Row = (
    *("utm_blanks", "advice", "marketing", "mark", "utm_source/ya ", "ya ", None, 1),
    *([None] * 9),
    *(Decimal("5.00"), "RUB", "{}", SEEN, None, 0),
)


def written(folder: Path, rows: list[Row], **options: Any) -> openpyxl.Workbook:
    with duckdb.connect(":memory:") as con:
        con.execute(_FINDINGS)
        con.executemany(_INSERT, rows)
        path = write_findings_xlsx(
            con,
            folder / "findings.xlsx",
            **({"language": "ru", "zone": ZoneInfo("Europe/Moscow"), "currency": "RUB"} | options),
        )
    assert [one.name for one in folder.iterdir()] == ["findings.xlsx"]
    return openpyxl.load_workbook(path)


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """Rows under the heading, which the filter names."""
    start = int(sheet.auto_filter.ref.split(":")[0][1:])
    heading, *rows = sheet.iter_rows(min_row=start, values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_every_open_finding_is_there_with_its_types(tmp_path: Path) -> None:
    rows = [
        deal(1, "Кухня", "100.10"),
        deal(2, "Шкаф", "250000.05", user=(32, "Пётр")),
        deal(3, "Стол", "9", is_resolved=True),
        MARK,
    ]
    book = written(tmp_path, rows)
    assert book.sheetnames == ["Сводка", "Нарушения", "Пётр", "Анна", "Маркетолог"]
    sheet = book["Нарушения"]
    shelf, kitchen, mark = table(sheet)
    assert shelf == {
        "Важность": "ошибка",
        "Нарушение": "Без суммы",
        "Что": "сделка",
        "Название": "Шкаф",
        "Сделка": "Шкаф",
        "Воронка": "Продажи",
        "Этап": "Новая",
        "Ответственный": "Пётр",
        "Канал": "Реклама в поиске",
        "Деньги": 250000.05,
        "Валюта": "RUB",
        "Что известно": "Бюджет: нет; Оплачено: 12\N{NO-BREAK SPACE}000,50; Закрыта: 03.10.2026",
        "Замечено": datetime(2026, 10, 21),  # noqa: DTZ001  (Excel knows no zones)
        "Возвращалось": 2,
        "Адрес": "https://demo.amocrm.ru/leads/detail/2",
    }
    assert (kitchen["Название"], mark["Название"], mark["Сделка"]) == ("Кухня", "ya ", None)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:O4"
    assert (sheet["J2"].number_format, sheet["M2"].number_format) == ("#,##0.00", "dd.mm.yyyy")
    assert sheet["E2"].hyperlink.target == "https://demo.amocrm.ru/leads/detail/2"
    assert sheet.column_dimensions["D"].width == 38
    (own,) = table(book["Анна"])
    assert own["Что сделать"] == "=Впишите сумму"
    assert table(book["Маркетолог"])[0]["Нарушение"] == "Пробелы в метке"


def test_the_summary_has_every_rule_the_gravest_first(tmp_path: Path) -> None:
    book = written(tmp_path, [deal(1, "Кухня", "100.10"), deal(2, "Шкаф", "0.05"), MARK])
    sheet = book["Сводка"]
    assert sheet["A1"].value == "Открытые нарушения дисциплины"
    assert sheet["A2"].value == "Проверено: 31.10.2026 23:00"
    ties, price, blanks = table(sheet)
    assert (ties["Важность"], ties["Нарушений"], ties["Состояние"]) == (
        "блокирует отчёт",
        0,
        "не проверялось: нет данных",
    )
    assert (price["Нарушение"], price["Нарушений"], price["Сделок"], price["Деньги"]) == (
        "Без суммы",
        2,
        2,
        100.15,
    )
    assert (price["Кто исправляет"], price["Проверено"]) == ("ответственный", 40)
    assert blanks["Кто исправляет"] == "маркетолог"


def test_a_removed_rule_stands_under_its_id(tmp_path: Path) -> None:
    book = written(tmp_path, [deal(1, "Кухня", "1", rule="gone_rule")], language="en")
    assert book.sheetnames == ["Summary", "Findings", "Анна"]
    gone = next(row for row in table(book["Summary"]) if row["Rule"] == "gone_rule")
    assert (gone["Breach"], gone["State"]) == ("gone_rule", "the rule is no longer checked")
    (found,) = table(book["Findings"])
    assert found["What is known"] == "Budget: none; Paid: 12,000.50; Closed: 3 Oct 2026"


def test_what_people_type_stays_text(tmp_path: Path) -> None:
    rows = [deal(n, name, "1", user=(n, name)) for n, name in enumerate(NASTY, start=1)]
    book = written(tmp_path, rows)
    names = [row["Название"] for row in table(book["Нарушения"])]
    assert sorted(names) == sorted(NASTY)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                if isinstance(cell.value, str):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix == cell.value.startswith(("=", "+", "-", "@", "\t"))


def test_what_xml_forbids_is_left_out(tmp_path: Path) -> None:
    book = written(tmp_path, [deal(1, "Кух\x00ня\x0b \ufffe_x0041_", "1")])
    (row,) = table(book["Нарушения"])
    assert row["Название"] == "Кухня _x005F_x0041_"  # what Excel reads as _x0041_


def test_only_web_pages_are_linked(tmp_path: Path) -> None:
    addresses = ("javascript:alert(1)", "file:///etc/passwd", None)
    rows = [deal(n, "Кухня", "1", url=url) for n, url in enumerate(addresses, start=1)]
    sheet = written(tmp_path, rows)["Нарушения"]
    assert [row[4].hyperlink for row in sheet.iter_rows(min_row=2)] == [None, None, None]


def test_names_of_sheets_are_as_excel_takes_them(tmp_path: Path) -> None:
    names = [
        "Продажи: [юг]/север\\*?",
        "Анна Константиновна Константинопольская",
        "анна константиновна константинопольская",
        "Анна Константиновна Константинопольская",
        "History",
        "'",
        "🏠" * 20,
        "сводка",
    ]
    rows = [deal(n, "Кухня", str(100 - n), user=(n, name)) for n, name in enumerate(names, 1)]
    _, _, *sheets = written(tmp_path, rows).sheetnames
    assert sheets == [
        "Продажи юг север",
        "Анна Константиновна Константино",
        "анна константиновна констан (2)",
        "Анна Константиновна Констан (3)",
        "History (2)",
        "-",
        "🏠" * 15,
        "сводка (2)",
    ]


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    rows = [deal(n, f"Сделка {n}", str(1000 - n)) for n in range(1, 8)]
    book = written(tmp_path, rows, max_rows=4, max_links=2)
    assert [name for name in book.sheetnames if name.startswith("Нарушения")] == [
        "Нарушения",
        "Нарушения (2)",
        "Нарушения (3)",
    ]
    parts = [table(book[name]) for name in ("Нарушения", "Нарушения (2)", "Нарушения (3)")]
    assert [row["Название"] for part in parts for row in part] == [row[5] for row in rows]
    links = [row[4].hyperlink for row in book["Нарушения"].iter_rows(min_row=2)]
    assert [link is not None for link in links] == [True, True, False]
    lines = [cell.value for cell in book["Сводка"]["A"]]
    assert any("продолжается" in str(line) for line in lines)
    assert any("ссылок на листе" in str(line) for line in lines)


def test_a_bound_reader_sees_only_deals_of_the_bound(tmp_path: Path) -> None:
    rows = [deal(1, "Кухня", "1"), deal(2, "Шкаф", "2", user=(32, "Пётр")), MARK]
    book = written(tmp_path, rows, scope=Scope(users=(ANNA,)))
    assert book.sheetnames == ["Сводка", "Нарушения", "Анна"]
    assert [row["Название"] for row in table(book["Нарушения"])] == ["Кухня"]
    (rule,) = table(book["Сводка"])
    assert (rule["Нарушений"], rule["Проверено"]) == (1, None)
    assert any("доступных читателю" in str(cell.value) for cell in book["Сводка"]["A"])


def test_what_cannot_be_written_leaves_the_file_of_before(tmp_path: Path) -> None:
    target = tmp_path / "findings.xlsx"
    target.mkdir()  # a folder cannot be replaced by a file
    with duckdb.connect(":memory:") as con:
        tell: Callable[[], Path] = lambda: write_findings_xlsx(  # noqa: E731
            con, target, language="ru", zone=ZoneInfo("UTC"), currency="RUB"
        )
        with pytest.raises(ReportDataError, match="run the daily job"):
            tell()
        con.execute(_FINDINGS)
        with pytest.raises(ReportError, match="cannot be written"):
            tell()
    assert [one.name for one in tmp_path.iterdir()] == ["findings.xlsx"]
