"""What the page says of ledgers, payback, attribution and review, as written."""

from dataclasses import replace
from pathlib import Path

import pytest

from reporting.render import render
from reporting.view import Report
from tests.reporting import warehouse
from tests.reporting.conftest import view_of
from tests.reporting.page import Page
from tests.reporting.returns_rows import FREE_LEADS, OPEN, open_money
from tests.reporting.rows import HOSTILE, MONTHS, expected_money, expected_net
from tests.reporting.test_absence import OFF, feeds
from tests.reporting.test_page import written


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(render(report))


def text_of(page: Page) -> str:
    return " ".join(" ".join(page.words).split())


def test_money_comes_before_the_department(page: Page) -> None:
    order = ["explained", "ledger", "payback", "attribution", "money", "review", "leads", "sales"]
    assert sorted(order, key=page.ids.index) == order


def test_ledgers_are_written_to_the_kopeck(page: Page) -> None:
    spend = page.table("Расход за весь период по тому, что он принёс")
    assert spend.row("Итого")[2] == written(expected_money(column=3))
    assert spend.row("Округление до копейки")[2] == "0,15"
    payments = page.table("Оплаты за вычетом возвратов за весь период, с НДС")
    assert payments.row("Итого")[2] == written(expected_net())
    assert payments.row("По номеру счёта")[1:3] == ["10", written(expected_money("paid_search"))]
    bank = page.table("Движения денег за весь период")
    assert bank.row("Деньги клиентов")[2] == written(expected_net())
    assert bank.row("Налоги")[2].startswith("\N{MINUS SIGN}")


def test_every_cost_stands_over_what_it_is_divided_by(page: Page) -> None:
    table = page.table("Каналы по месяцу заявки за весь период")
    search = table.row("Контекстная реклама")
    spend = expected_money("paid_search", 3)
    leads = 84 * len(MONTHS)
    assert search[1] == written(spend)
    assert search[2] == f"{written(round(spend / leads, 2))}n = {leads}"
    assert search[5] == written(expected_net("paid_search"))
    assert search[6].endswith("100,0\xa0%")
    assert table.row("Каналы с расходом")[1] == table.row("Итого")[1]
    assert table.row("Звонки")[6] == "—0,0\xa0%"
    text = text_of(page)
    assert "не показываем: себестоимость известна меньше чем у 50,0 % денег" in text
    assert "Канал: знаем у 8" in text


def test_campaigns_in_vain_and_for_free_are_seen(page: Page) -> None:
    table = page.table("Кампании по месяцу заявки")
    assert table.row("Охват", "расход без сделок")[7] == "−100,0\xa0%"
    assert table.row(HOSTILE)
    assert table.row("Остальные", "5 кампаний поменьше")
    assert table.row("Кампания неизвестна")
    text = text_of(page)
    assert "13 кампаний потратили 5 060,00 ₽ и не дали ни одной сделки" in text
    assert "У 1 кампании есть сделки, но нет расхода ни в одном кабинете" in text
    assert FREE_LEADS  # the campaign of these leads has the least spend and stands in the rest


def test_the_curve_has_its_numbers_in_a_table(page: Page) -> None:
    table = page.table("Заработано через столько месяцев")
    assert table.rows[0][2:] == ["0", "1", "2", "3"]
    assert table.row("Контекстная реклама")[2].endswith("n = 5")
    assert table.row("Таргетированная реклама", "(по выручке, себестоимость неизвестна)")
    cohorts = page.table("Все каналы вместе: что заработали заявки месяца")
    assert cohorts.row("Октябрь 2026")[2:6] == [
        *("—", "валовая прибыль", "—", "не показываем"),
    ]
    assert cohorts.row("Сентябрь 2026")[5] == "через 1 месяц"


def test_models_are_compared_and_called_no_cause(page: Page) -> None:
    table = page.table("Доли чистой выручки по каналам и моделям")
    assert table.rows[0][2:] == ["Источник в карточке", "Первое касание", "Поровну"]
    assert table.row("Контекстная реклама")[3] == "0,0\xa0%"
    assert len(table.row("Канал известен")) == 5
    text = text_of(page)
    assert "Связь — ещё не причина" in text
    assert "Модель «Цепь Маркова» — не показываем: слишком мало путей клиентов" in text
    assert "Модель «Вектор Шепли» — не показываем: канал известен меньше чем у 50,0 % денег" in text
    shades = {value for _, name, value in page.attributes if name == "class" and "heat-" in value}
    assert len(shades) >= 3
    assert "num heat-0" in shades


def test_what_is_to_be_sorted_out_is_named(page: Page) -> None:
    table = page.table("Оплаты без сделки, сначала крупные")
    assert table.row("Итого")[2] == written(open_money())
    largest = next(row for row in table.rows if row[0].startswith(HOSTILE))
    assert largest[2] == "90\xa0000,10"
    assert "Кухня Ивановых 0,85 · счёт · счёт 3456" in largest[4]
    assert "и ещё 2" in largest[4]
    assert f"{len(OPEN)} оплат и возвратов с деньгами без сделки" in text_of(page)
    assert dict(page.links)["https://demo.amocrm.ru/leads/detail/1000"] == "Кухня Ивановых"
    tags = page.table("Самые дорогие метки: 12 из 15")
    assert tags.row("utm_source", "Яндекс")[1:3] == ["кириллицазаглавные буквы", "yandex"]
    lost = page.table("Сделки, чей источник потерян до карточки")
    assert lost.row("Сайт", "интеграция, Продажи")[2:4] == ["30", "30,0\xa0%"]
    assert "В 2 сделках метки поменял человек после победы" in text_of(page)


def test_english_says_the_same(marts: Path) -> None:
    page = Page(render(view_of(marts, "en")))
    row = page.table("Channels by month of the lead, whole period").row("Paid search")
    assert row[5] == f"{expected_net('paid_search'):,.2f}"
    assert page.table("Shares of net revenue by channel and model").row("Channel known")
    assert page.table("Payments without a deal").row("Total")[2] == f"{open_money():,.2f}"
    assert "13 campaigns have spent ₽5,060.00 and brought no deal." in text_of(page)


def test_amounts_of_the_bank_are_told_to_have_vat(report: Report, page: Page) -> None:
    assert "Банк знает суммы только с НДС" not in text_of(page)
    net = replace(report, header=replace(report.header, vat_policy="net"))
    assert "Банк знает суммы только с НДС" in text_of(Page(render(net)))


def test_empty_marts_have_nothing_yet(empty_marts: Path) -> None:
    text = text_of(Page(render(view_of(empty_marts))))
    for said in (
        "Кабинеты ещё не сообщили о расходе",
        "Ещё нет ни заявок, ни расхода",
        "которые можно разделить между каналами, ещё нет",
        "У каждой оплаты клиента есть своя сделка",
        "Все метки соответствуют правилам",
        "Ни одна сделка не потеряла источник",
    ):
        assert said in text


def test_without_a_bank_only_costs_of_leads_are_left(marts: Path) -> None:
    page = Page(render(view_of(marts, feeds=feeds(bank_1c=OFF))))
    row = page.table("Каналы по месяцу заявки за весь период").row("Контекстная реклама")
    assert row[2] != "—"
    assert row[4:] == ["——", "—", "——", "—", "—"]
    text = text_of(page)
    assert text.count("Источник оплат не подключён: цифр здесь нет") >= 3
    assert "Как быстро возвращается расход" not in text


def test_hostile_names_are_text(tmp_path: Path) -> None:
    path = tmp_path / "hostile.duckdb"
    warehouse.create(path)
    hostile = "</text></svg><script>alert(1)</script>"
    columns = {
        "rpt_payback_by_lead_cohort": "dimension_title",
        "rpt_payback_curve": "dimension_key",
        "rpt_attribution": "channel",
        "rpt_payment_review": "candidate_1_evidence",
        "rpt_utm_lint": "raw_value",
        "rpt_source_loss": "source_name",
        "rpt_spend_ledger": "bucket",
        "rpt_payment_ledger": "bucket",
    }
    with warehouse.editing(path) as con:
        for mart, column in columns.items():
            con.execute(f"update marts.{mart} set {column} = ?", [hostile])
    found = Page(render(view_of(path)))
    assert not {"script", "img"} & set(found.tags)
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
