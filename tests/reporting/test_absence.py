"""A source that is off gives no zeros; one that did not load whole is said so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from reporting.data import FeedProblem, FeedStatus
from reporting.render import PROBLEMS_SHOWN, render
from reporting.view import Language, Report
from tests.reporting.conftest import FEEDS, view_of
from tests.reporting.page import Page
from tests.reporting.rows import expected_money, expected_net

NEVER = {"status": "stale", "last_loaded_at": None, "rows": None}
OFF = {**NEVER, "status": "off"}


def feeds(language: Language = "ru", **changes: dict[str, object]) -> tuple[FeedStatus, ...]:
    """The usual feeds with some fields of some of them changed."""
    return tuple(replace(feed, **changes.get(feed.name, {})) for feed in FEEDS[language])  # type: ignore[arg-type]


def text_of(report: Report) -> str:
    return " ".join(" ".join(Page(render(report)).words).split())


def test_without_the_crm_nothing_is_said_of_deals(marts: Path) -> None:
    report = view_of(marts, feeds=feeds(amocrm=OFF))
    head = report.headline
    assert (head.leads, head.won, head.leads_with_source) == (None, None, None)
    assert {head.source_share.why, head.win_rate.why, head.known.share.why} == {"no_deals_feed"}
    assert (head.money, head.known.amount) == (expected_net(), None)
    assert report.pipelines == ()
    assert {tie.kind: tie.is_idle for tie in report.ties}["leads"]
    channels = {row.channel: row for row in report.money.cash.rows}
    search = channels["paid_search"]
    assert (search.net, search.paying_deals) == (None, None)
    assert {search.drr.why, search.roas.why, search.share.why} == {"no_deals_feed"}
    assert channels["unallocated"].net == expected_net("unallocated")
    assert report.money.cash.total.net == expected_net()
    assert report.money.cash.total.drr.value is not None
    assert report.money.cash_months.rows[0].coverage.why == "no_deals_feed"
    text = text_of(report)
    assert "Заявки (сделки) — источник сделок не подключён" in text
    assert "Объяснено денег клиентов — источник сделок не подключён" in text
    assert text.count("Источник сделок не подключён: цифр здесь нет, и это не ноль.") == 12
    assert "По месяцу заявки" not in text
    assert "Заявки: по источникам и в воронках — — сравнивать нечего" in text


def test_without_the_bank_nothing_is_said_of_money(marts: Path) -> None:
    report = view_of(marts, feeds=feeds(bank_1c=OFF))
    head = report.headline
    assert (head.money, head.payments, head.refunds, head.known.amount) == (None,) * 4
    assert {head.known.share.why, head.drr.why} == {"no_money_feed"}
    assert head.leads is not None
    total = report.money.cohort.total
    assert (total.net, total.revenue, total.refunds, total.paying_deals) == (None,) * 4
    assert total.lead_cost.value is not None
    assert total.coverage.why == "no_money_feed"
    text = text_of(report)
    assert "не подключены: Банк (выписки 1С) их цифр здесь нет, и это не ноль" in text
    assert "Что известно о деньгах клиентов" not in text
    assert "По дате оплаты" not in text
    assert "По месяцу заявки" in text
    assert "нет чистой выручки" not in text


def test_without_cabinets_nothing_is_said_of_spend(marts: Path) -> None:
    report = view_of(marts, feeds=feeds(yandex_direct=OFF))
    assert (report.headline.spend, report.headline.campaigns) == (None, None)
    assert report.headline.drr.why == "spend_off"
    search = next(row for row in report.money.cash.rows if row.channel == "paid_search")
    assert (search.spend, search.roas.why) == (None, "spend_off")
    assert "Расход на рекламу — источник рекламного расхода не подключён" in text_of(report)


def test_sources_that_are_off_stand_in_one_line(marts: Path) -> None:
    text = text_of(view_of(marts, feeds=feeds(bank_1c=OFF, yandex_direct=OFF)))
    assert "не подключены: Яндекс Директ, Банк (выписки 1С)" in text
    assert text.count("их цифр здесь нет") == 1


def test_the_age_of_a_stale_feed_is_said(marts: Path) -> None:
    stale = {"age": timedelta(hours=80)}
    text = text_of(view_of(marts, feeds=feeds(yandex_direct=stale, amocrm=stale)))
    assert text.count("3 дня назад") == 1  # of the one that is out of date


def test_a_source_that_never_loaded_is_not_called_switched_off(empty_marts: Path) -> None:
    named = feeds(amocrm=NEVER, bank_1c=NEVER, yandex_direct=NEVER)
    report = view_of(empty_marts, feeds=named)
    assert report.headline.win_rate.why == "deals_not_loaded"
    assert report.headline.known.share.why == "money_not_loaded"
    assert report.headline.drr.why == "money_not_loaded"
    assert "Расход на рекламу — рекламный расход ещё ни разу не загружался" in text_of(report)


@pytest.mark.parametrize(("language", "state"), [("ru", OFF), ("en", NEVER)])
@pytest.mark.parametrize("mask", [3, 5, 6, 7])
def test_every_mixture_of_sources_has_a_page(
    marts: Path, language: str, state: dict[str, object], mask: int
) -> None:
    names = ("amocrm", "bank_1c", "yandex_direct")
    gone = {name: state for bit, name in enumerate(names) if mask >> bit & 1}
    spoken = cast(Language, language)
    text = text_of(view_of(marts, spoken, feeds(spoken, **gone)))
    assert "None" not in text
    assert "Decimal" not in text


def test_what_was_not_loaded_is_said_by_file(marts: Path) -> None:
    problems = (
        FeedProblem("totals_do_not_tie", "12345_2026-09.txt", Decimal("73600.00"), 1),
        FeedProblem("totals_do_not_tie", "torn.txt", None, 1),
        FeedProblem("unreadable_row", "67890_2026-09.txt", None, 2),
        FeedProblem("unreadable_file", "<b>photo</b>.txt", None, 1),
        FeedProblem("of_a_new_source", "page 7"),
    )
    report = view_of(marts, feeds=feeds(bank_1c={"problems": problems}))
    assert not report.headline.is_money_whole
    page = Page(render(report))
    text = " ".join(" ".join(page.words).split())
    assert "12345_2026-09.txt: контрольные суммы банка не сходятся на 73 600,00 ₽" in text
    assert "torn.txt: контрольные суммы банка противоречат друг другу" in text
    assert "67890_2026-09.txt: не прочитано строк: 2" in text
    assert "<b>photo</b>.txt: файл не удалось прочитать" in text
    assert "page 7: загружено не полностью" in text
    assert "Часть оплат не загрузилась" in text
    english = text_of(view_of(marts, "en", feeds("en", bank_1c={"problems": problems})))
    assert "12345_2026-09.txt: the bank's control totals differ by ₽73,600.00" in english


def test_a_long_list_of_problems_is_cut_and_counted(marts: Path) -> None:
    many = tuple(FeedProblem("unreadable_row", f"{n}.txt", None, 1) for n in range(11))
    text = text_of(view_of(marts, feeds=feeds(bank_1c={"problems": many})))
    assert text.count("не прочитано строк: 1") == PROBLEMS_SHOWN
    assert f"и ещё {11 - PROBLEMS_SHOWN}" in text


def test_a_whole_load_raises_no_caution(report: Report) -> None:
    assert report.headline.is_money_whole
    assert "Часть оплат не загрузилась" not in text_of(report)


def test_spend_of_days_that_are_not_closed_is_named(change: Callable[..., Path]) -> None:
    today = "insert into marts.fct_spend values (10, 'ads', 0, date '2026-10-31', 12.34, true)"
    report = view_of(change(today))
    assert report.headline.provisional_spend == Decimal("12.34")
    assert "в том числе за сегодня, ещё не окончательно: 12,34 ₽" in text_of(report)
    earlier = view_of(change(today, today.replace("10-31", "10-29").replace("12.34", "1.00")))
    assert "в том числе с 29.10.2026, ещё не окончательно: 13,34 ₽" in text_of(earlier)


def test_spend_in_the_reconciliation_follows_the_vat_policy(report: Report) -> None:
    ties = {tie.kind: (tie.left, tie.right) for tie in report.ties}
    spend = expected_money(column=3)
    assert ties["spend_cash"] == ties["spend_cohort"] == (spend, spend)
