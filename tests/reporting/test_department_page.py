"""What the page says of the sales department, as written."""

from decimal import Decimal
from pathlib import Path

import pytest

from reporting import templating
from reporting.render import render
from reporting.view import Report
from tests.reporting import warehouse
from tests.reporting.conftest import view_of
from tests.reporting.department_rows import CREDIT, STUCK, WON_PRICE, stuck_money
from tests.reporting.page import Page
from tests.reporting.rows import HOSTILE
from tests.reporting.test_page import written


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(render(report))


def text_of(page: Page) -> str:
    return " ".join(" ".join(page.words).split())


def test_credit_is_written_to_the_kopeck(page: Page) -> None:
    table = page.table("Цены выигранных сделок по менеджерам")
    anna = [written(Decimal(text)) for text in CREDIT[21, "Анна Соколова"]]
    assert table.row("Анна Соколова")[1:5] == anna
    assert table.row("Анна Соколова")[5] == written(Decimal("100000.00"))
    assert table.row("Итого")[1:5] == [written(WON_PRICE)] * 4
    assert page.table("Оплаты за вычетом возвратов по выигранным сделкам").row("Борис Ким")


def test_hanging_deals_are_links_with_reasons(page: Page) -> None:
    stuck = page.table("Самые дорогие 15 из 17")
    money = " ".join(written(stuck_money()).split())
    assert f"Зависло 17 сделок на {money} ₽" in text_of(page)
    row = stuck.row("Без ссылки")
    assert row[1:5] == [
        *("800\xa0000,00", "38\xa0раб.\xa0чнорма 24\xa0раб.\xa0ч", "дольше норматива"),
        "нас: последним писал клиент",
    ]
    hrefs = {href for href, _ in page.links}
    assert STUCK[0][1] in hrefs
    assert not any(href.startswith("javascript") for href in hrefs)
    assert dict(page.links)[str(STUCK[0][1])] == HOSTILE


def test_a_number_that_cannot_be_known_is_a_dash_with_a_reason(page: Page) -> None:
    stays = page.table("Сколько сделки стоят на этапах воронки «Продажи»")
    assert stays.row("Новая заявка")[1:4] == ["1,0\xa0дн.", "2,5\xa0дн.", "—"]
    assert page.table("Переводы сделок").row("Борис Ким")[-1] == "—"
    assert page.table("Нормативы по этапам").row("Счёт выставлен Продажи")[3] == "—"
    ahead = page.table("Ожидаемые оплаты по месяцам")
    assert ahead.row("Ноябрь 2026")[5:] == ["7,4\xa0%", "80,0\xa0%"]
    assert ahead.row("Декабрь 2026")[5:] == ["—", "—"]
    assert ahead.row("Когда — сказать нельзя")[1:5] == ["—", "—", "—", "300\xa0000,60"]
    for reason in (
        "слишком много сделок ещё стоит на этапе",
        "нет выигранных сделок",
        "история слишком короткая: для проверки меньше трёх прошлых прогнозов",
        "нет прошлых оплат",
    ):
        assert reason in text_of(page)


def test_inquiries_advice_and_losses_are_said(page: Page) -> None:
    inquiries = page.table("Входящие обращения (n = 400)")
    assert inquiries.row("Впервые")[1:] == ["300", "75,0\xa0%"]
    assert inquiries.row("Заявки если «вскоре» — это 7 дней")[1] == "340"
    assert page.table("У этапа нет норматива: самые дорогие, 20 из 22")
    assert page.table("Слишком много этапов").row("Продажи")[1] == "этапов: 120"
    losses = page.table("Потерянные сделки по причинам")
    assert losses.row("2 причины реже")[1] == "35"
    assert losses.row("Причина не указана")[1] == "25"
    assert "Норматив не задан у 2 из 4 этапов: Квалификация, Переговоры" in text_of(page)


def test_long_tables_wait_for_a_click(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Page(render(report))
    monkeypatch.setattr(templating, "ROWS_OPEN", 2)
    long = Page(render(report))
    assert long.tags.count("details") == short.tags.count("details") + 7
    assert len(long.tables) == len(short.tables)


def test_an_empty_department_has_nothing_yet(empty_marts: Path) -> None:
    text = text_of(Page(render(view_of(empty_marts))))
    for said in (
        "Обращений ещё нет",
        "Ни одна сделка не висит",
        "Ни у одного этапа ещё нет норматива",
        "Выигранных сделок ещё нет",
        "Вручную сделки ещё никто не переводил",
        "Потерянных сделок ещё нет",
        "Прогнозировать нечего",
        "К устройству воронок замечаний нет",
    ):
        assert said in text


def test_hostile_words_of_the_department_are_text(tmp_path: Path) -> None:
    path = tmp_path / "hostile.duckdb"
    warehouse.create(path)
    hostile = "</text></svg><script>alert(1)</script>"
    columns = {
        "rpt_manager_credit": "user_name",
        "rpt_manager_habits": "user_name",
        "rpt_sla_by_manager": "stage_name",
        "rpt_sla_coverage": "stage_name",
        "rpt_bucket_stages": "stage_name",
        "rpt_loss_reasons": "loss_reason",
        "rpt_pipeline_lint": "evidence",
        "rpt_stuck_deals": "responsible_name",
        "fct_mass_changes": "target_name",
    }
    with warehouse.editing(path) as con:
        for mart, column in columns.items():
            con.execute(f"update marts.{mart} set {column} = ?", [hostile])
    found = Page(render(view_of(path)))
    assert not {"script", "img"} & set(found.tags)
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
