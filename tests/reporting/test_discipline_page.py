"""What the page says of discipline, as written."""

from decimal import Decimal
from pathlib import Path

import pytest

from reporting.render import render
from reporting.view import Report
from tests.reporting import warehouse
from tests.reporting.conftest import view_of
from tests.reporting.discipline_rows import FIELDS, SCORES
from tests.reporting.page import Page
from tests.reporting.test_page import written


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(render(report))


def text_of(page: Page) -> str:
    return " ".join(" ".join(page.words).split())


def test_findings_stand_by_who_can_mend_them(page: Page) -> None:
    rules = page.table("Менеджеры, в своих сделках, новые и исправленные — после 30.10.2026")
    row = rules.row("Сделка без задачи предупреждение")
    assert row[1:] == ["1из 425", "0,00", "1", "1", "10\xa0дн.n = 1", "Поставьте задачу."]
    source = rules.row("Сделка без источника ошибка")
    assert source[1:3] == ["2из 400", written(Decimal("193211.49"))]
    accountant = page.table("Бухгалтер, новые")
    assert accountant.row("Платёж без сделки ошибка")[2] == written(Decimal("75000.10"))
    text = text_of(page)
    assert "4 сделки с нарушениями , под вопросом 281 211,74 ₽" in text
    assert "Платежи, которые надо разобрать: 75 000,10 ₽." in text
    assert "Расход на рекламу под вопросом: 20 000,00 ₽." in text
    assert "такие нарушения ещё никто не исправлял" in text
    assert "Проверено, нарушений нет 1 правило Тихое правило." in text
    assert "Не проверялось: нужный источник отключён 1 правило Итоги выписки не сходятся." in text


def test_advice_has_no_money(page: Page) -> None:
    row = page.table("Советы, новые").row("Имя сделки придумала CRM совет")
    assert row[1:] == ["1из 425", "0", "0", "—", "Назовите сделку."]
    assert written(Decimal("777777.77")) not in text_of(page)


def test_things_that_are_no_deals_have_lists_of_their_own(page: Page) -> None:
    contacts = page.table("Контакты")
    assert contacts.row("Иван Петров")[1:] == ["Дубль контакта", "500\xa0000,00", "21.10.2026"]
    assert dict(page.links)["https://demo.amocrm.ru/contacts/detail/7"] == "Иван Петров"
    payments = page.table("Оплаты, ₽")
    assert payments.row("ИП Громов")[1] == "Платёж без сделкиПлатёж неясен"
    anna = page.table("Анна Соколова")
    field = next(row for row in anna.rows if "102" not in row[0] and "телефон контакта" in row[2])
    assert "Обязательное поле пустое: телефон контакта" in field[2]


def test_scores_are_written_with_what_they_rest_on(page: Page) -> None:
    managers = page.table("Оценка по менеджерам")
    rows = {key: row for dimension, key, *row in SCORES if dimension == "manager"}
    title, deals, flagged, owned, wrong = rows["21"]
    row = managers.row(title)
    assert row[1] == "88,1\xa0%"
    assert row[2].startswith("▲ +")
    assert row[4:] == [f"{flagged}из {deals}", written(Decimal(wrong)), written(Decimal(owned))]
    assert managers.row("Вера Лис")[1:4] == ["—", "—", "—"]
    assert "у этих сделок нет ни оплат, ни сумм" in text_of(page)
    assert managers.row("Ответственный не назначен")[1] == "50,0\xa0%"
    mend = page.table("Правила, за которыми скрыто больше всего денег")
    assert next(row[1] for row in mend.rows if row[0] == "Анна Соколова") == "Нет даты оплаты"
    fields = page.table("Сколько из четырёх полей заполнено, по каналам")
    assert fields.row("Все сделки")[1] == str(sum(FIELDS[0][3]))
    assert fields.row("Контекстная реклама")[-2:] == ["99,2\xa0%", "—"]


def test_changes_are_told_in_words_and_in_numbers(page: Page) -> None:
    text = text_of(page)
    assert "По сравнению с отчётом за 30.10.2026." in text
    assert "Деньги клиентов: +700,25 ₽, из них: канал известен +1 тыс. ₽, оплата без" in text
    assert "Объяснённые деньги: 80,7 % вместо 80,7 % (0,0 п. п.)." in text
    assert "Нарушения: 18 вместо 15 (2 новых, 1 исправлено, 2 вернулось)." in text
    assert "Сделки: 1 700 вместо 1 690" in text
    assert "Больше всего новых: «Нет даты оплаты», 2." in text
    assert "Больше всего исправили: «Сделка без задачи», 1." in text
    assert "Оценка дисциплины: 90,0 % вместо 85,0 % (+5,0 п. п.)" in text
    channels = page.table("Чистая выручка по каналам, по дате оплаты")
    assert channels.row("Контекстная реклама")[3] == "+1\xa0000,50"
    assert channels.row("Оплаты без сделки")[3] == "\N{MINUS SIGN}300,25"
    assert channels.row("Итого")[3] == "+700,25"
    rules = page.table("Правила, по которым что-то изменилось")
    assert rules.row("Сделка без задачи")[1:6] == ["1", "1", "0", "1", "1"]


def test_every_figure_of_the_page_leads_to_its_explanation(page: Page) -> None:
    figures = page.tags.count("figure")
    how = [href for href, text in page.links if text.startswith("как считается")]
    assert len(how) == figures
    assert {href[1:] for href in how} <= set(page.ids)


def test_before_the_first_checks_nothing_is_invented(tmp_path: Path) -> None:
    path = tmp_path / "bare.duckdb"
    warehouse.create(path)
    with warehouse.editing(path) as con:
        for table in ("findings", "rules", "discipline_scores", "headline_history"):
            con.execute(f"drop table quality.{table}")
        con.execute("drop table quality.rpt_four_fields")
    text = text_of(Page(render(view_of(path))))
    assert (
        "Проверки ещё не запускались: о дисциплине ведения сделок пока ничего не известно" in text
    )
    assert "Оценки дисциплины ещё нет" in text
    assert "Прошлых отчётов система ещё не помнит" in text
    assert "None" not in text


def test_a_page_of_many_findings_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "many.duckdb"
    warehouse.create(path)
    before = len(render(view_of(path)))
    with warehouse.editing(path) as con:
        con.execute(
            """
            insert into quality.findings by name
            select f.* replace (
                cast(10000 + n.n as text) as entity_id, 10000 + n.n as deal_id,
                21 + n.n % 20 as responsible_user_id, 'Менеджер ' || n.n % 20 as responsible_name
            )
            from quality.findings as f, range(3000) as n(n)
            where f.rule_id = 'deal_no_source' and f.deal_id = 101
            """
        )
    assert len(render(view_of(path))) < before + 250_000
