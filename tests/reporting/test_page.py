"""The page itself: numbers as written, safety of what comes from the CRM, structure, languages."""

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from reporting.data import FeedStatus
from reporting.errors import ReportError
from reporting.render import render, write_report
from reporting.view import Language, Report
from tests.reporting import warehouse
from tests.reporting.conftest import view_of
from tests.reporting.discipline_rows import SCORES
from tests.reporting.page import Page
from tests.reporting.rows import CHANNELS, HOSTILE, MONEY, MONTHS, expected_money, expected_net

# Names that are the same in any language, and data.
NOT_WORDS = (
    "amoCRM|CRM|Europe/Moscow|yandex|google|telegram|avito|gis|vk|partner-site.ru|script|alert|x|n"
    "|findings.xlsx|P|CPL|CPQL|CAC|ROMI|utm|source|medium|campaign"
)


def written(amount: Decimal) -> str:
    """As Russians write money: spaces that do not break, a comma, a real minus."""
    whole, kopecks = f"{abs(amount):,.2f}".split(".")
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}{whole.replace(',', chr(160))},{kopecks}"


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(render(report))


def test_every_channel_row_is_the_hand_sum(page: Page) -> None:
    table = page.table("Каналы по дате оплаты")
    titles = {code: ru for code, ru, _ in CHANNELS}
    for channel, *_ in MONEY:
        _, _, revenue, refunds, net, share, spend, drr, _ = table.row(titles[channel])
        assert revenue == written(expected_money(channel, 1))
        assert refunds == written(expected_money(channel, 2))
        assert net == written(expected_net(channel))
        assert share == f"{expected_net(channel) / expected_net():.1%}".replace(".", ",").replace(
            "%", "\N{NO-BREAK SPACE}%"
        )
        if channel in ("paid_search", "paid_social"):
            assert spend == written(expected_money(channel, 3))
        else:
            assert (spend, drr) == ("—", "—")
    assert table.row("Итого")[4] == written(expected_net())


def test_lead_and_stage_rows_are_the_hand_sums(page: Page) -> None:
    leads = page.table("Заявки по каналам и источникам")
    assert leads.row("Контекстная реклама", "yandex")[1:3] == [str(61 * len(MONTHS)), "17,9\xa0%"]
    assert leads.row("Источник неизвестен")[1] == str(56 * len(MONTHS))
    assert leads.row("Остальные", "3 источника поменьше")[1] == str(9 * len(MONTHS))
    assert leads.row("Итого")[1:6] == ["1\xa0700", "100,0\xa0%", "370", "905", "425"]
    stages = page.table("Этапы воронки «Продажи»")
    assert stages.row("Коммерческое предложение отправлено")[1:] == [
        *("790", "610", "590", "22,8\xa0%", "525", "66,5\xa0%", "190", "75", "0")
    ]
    assert stages.row("Успешно реализовано")[6] == "—"


def test_the_parts_of_money_and_the_reconciliation_are_exact(page: Page) -> None:
    parts = page.table("Что известно о деньгах клиентов")
    assert parts.row("Оплата без сделки")[1] == written(expected_net("unallocated"))
    assert parts.row("Сделка без источника")[1] == written(expected_net("unknown"))
    assert parts.row("Итого")[1] == written(expected_net())
    for row in page.table("Итоги, которые должны совпадать").rows[1:]:
        assert row[1] == row[2]
        assert row[3] == "✓ сходится"


def test_names_from_the_crm_are_text_and_only_web_links_are_links(page: Page) -> None:
    assert "script" not in page.tags
    texts = dict(page.links)
    assert texts["https://demo.amocrm.ru/leads/detail/102"] == HOSTILE
    outside = {href for href, _ in page.links if not href.startswith("#")}
    beside = {"findings.xlsx", "managers/21.html", "managers/22.html", "managers/23.html"}
    assert beside <= outside
    assert all(href.startswith("https://demo.amocrm.ru/") for href in outside - beside)
    assert "Остекление балкона" in "".join(page.words)  # its javascript: link is gone, it is not


def test_hostile_words_are_harmless_inside_charts_too(marts: Path, tmp_path: Path) -> None:
    path = shutil.copy(marts, tmp_path / "hostile.duckdb")
    hostile = "</text></svg><script>alert(1)</script>"
    with warehouse.editing(path) as con:
        con.execute(
            "update marts.rpt_stage_conversion set stage_name = ?, pipeline_name = ?"
            " where stage_id <> 0",
            [hostile, '"><img src=x onerror=alert(1)>'],
        )
        con.execute("update seeds.channels set title_ru = ?", [hostile])
    hostile_page = Page(render(view_of(Path(path))))
    assert not {"script", "img"} & set(hostile_page.tags)
    assert not [name for _, name, _ in hostile_page.attributes if name.startswith("on")]


def test_the_page_needs_nothing_from_outside(report: Report) -> None:
    html = render(report)
    page = Page(html)
    assert not {"script", "iframe", "img", "object", "embed"} & set(page.tags)
    loaded = [
        v for tag, n, v in page.attributes if n in ("src", "srcset") or (tag, n) == ("link", "href")
    ]
    assert loaded == ["data:,"]
    assert "@import" not in html
    assert not re.findall(r"url\((?!#)", html)
    namespaces = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
    addresses = set(re.findall(r"https?://[^\"'<> ]+", html)) - set(namespaces)
    assert all(address.startswith("https://demo.amocrm.ru/") for address in addresses)


def test_tables_and_charts_are_usable_without_eyes(page: Page) -> None:
    assert len(page.tables) >= 10
    assert all(table.caption.strip() for table in page.tables)
    assert sum(table.unscoped for table in page.tables) == 0
    assert len(page.ids) == len(set(page.ids))
    referred = {
        word
        for _, name, value in page.attributes
        if name in ("aria-labelledby", "aria-describedby")
        for word in value.split()
    } | {href[1:] for href, _ in page.links if href.startswith("#")}
    assert referred <= set(page.ids)
    # thirteen kinds of charts, one of them for each of two pipelines; a spark says all in its label
    assert page.tags.count("desc") == 2 * 14
    sparks = [v for tag, name, v in page.attributes if (tag, name, v) == ("svg", "class", "spark")]
    assert len(sparks) == len(SCORES) - 1  # one has no money, so no score
    assert page.tags.count("svg") == 2 * 14 + len(sparks)
    assert ("html", "lang", "ru") in page.attributes


def test_no_english_word_is_left_on_the_russian_page(page: Page) -> None:
    latin = re.findall(r"[A-Za-z][A-Za-z/.-]*", " ".join(page.words))
    for _, name, value in page.attributes:
        if name in ("aria-label", "title", "alt"):
            latin += re.findall(r"[A-Za-z][A-Za-z/.-]*", value)
    assert {word for word in latin if not re.fullmatch(NOT_WORDS, word.rstrip(".,"))} == set()


def test_the_english_page_is_english(marts: Path) -> None:
    english = view_of(marts, "en")
    page = Page(render(english))
    table = page.table("Channels by date of payment, whole period, ₽")
    row = table.row("Paid search")
    assert row[4] == f"{expected_net('paid_search'):,.2f}"
    assert f"₽{expected_net():,.2f}" in "".join(page.words)
    russian = re.findall(r"[А-Яа-яЁё]+", " ".join(page.words))
    # what is left is the company's own data
    assert set(russian) <= set(re.findall(r"[А-Яа-яЁё]+", repr(english)))
    assert ("html", "lang", "en") in page.attributes
    assert english.header.company == "Windows & Doors"


def test_feeds_say_when_they_were_loaded(page: Page) -> None:
    text = " ".join(" ".join(page.words).split())
    assert "amoCRM данные свежие загружено 31.10.2026 22:40, 48 211 строк" in text
    assert "Яндекс Директ данные устарели" in text
    assert "Банк (выписки 1С) данные свежие" in text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_empty_warehouse_is_explained(empty_marts: Path, language: str) -> None:
    never = (FeedStatus("amocrm", "amoCRM", "stale", brings=frozenset({"deals"})),)
    page = Page(render(view_of(empty_marts, cast(Language, language), never)))
    text = " ".join(page.words)
    said = {
        "ru": ("нет ни сделок, ни оплат", "ещё не загружался", "Сделки ещё ни разу не"),
        "en": ("no deals and no customer payments", "never loaded", "Deals have never been loaded"),
    }
    for words in said[language]:
        assert words in text
    assert "nan" not in text.lower()
    assert "None" not in text
    assert "svg" not in page.tags


def test_the_report_and_its_dated_copy_are_written_whole(report: Report, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "nested"
    path = write_report(report, folder)
    assert path == folder / "report.html"
    assert sorted(p.name for p in folder.iterdir()) == ["report-2026-10-31.html", "report.html"]
    assert path.read_text(encoding="utf-8") == render(report)
    assert (folder / "report-2026-10-31.html").read_bytes() == path.read_bytes()


def test_a_failed_write_leaves_the_old_page(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("old")

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(ReportError, match="No space left on device"):
        write_report(report, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "old"
