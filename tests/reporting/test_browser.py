"""The page in a real browser, at a desk and on a phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reporting.render import write_report
from reporting.view import Report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium binary on PATH; apt install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address(report: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(report, tmp_path_factory.mktemp("page")).as_uri()


def open_page(browser: Browser, address: str, width: int) -> tuple[Page, list[str], list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, requests, complaints


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_is_fetched_nothing_complains_nothing_sticks_out(
    browser: Browser, address: str, width: int
) -> None:
    page, requests, complaints = open_page(browser, address, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_phone_gets_charts_of_its_own_with_readable_words(browser: Browser, address: str) -> None:
    page, _, _ = open_page(browser, address, 360)
    assert not page.locator(".wide").first.is_visible()
    assert page.locator(".narrow").first.is_visible()
    heights = page.evaluate(
        "[...document.querySelectorAll('.narrow text')].filter(t => t.textContent)"
        ".map(t => t.getBoundingClientRect()).map(b => Math.min(b.height, b.width + 99))"
    )
    assert min(heights) >= 9
    cut_off = page.evaluate(
        "[...document.querySelectorAll('.narrow text')].filter(t => {"
        "const b = t.getBoundingClientRect(), s = t.closest('svg').getBoundingClientRect();"
        "return b.left < s.left - 1 || b.right > s.right + 1}).map(t => t.textContent)"
    )
    assert cut_off == []
    page.close()


def test_the_keyboard_reaches_the_report_first(browser: Browser, address: str) -> None:
    page, _, _ = open_page(browser, address, 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("d => d.open")
    page.close()


def test_lists_of_the_department_open_by_keyboard_and_scroll_inside(
    browser: Browser, address: str
) -> None:
    page, _, _ = open_page(browser, address, 390)
    for summary in page.locator("#sales summary, #design summary, #forecast summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    regions = page.locator("#sales .scroll, #design .scroll, #forecast .scroll")
    assert regions.count() >= 10
    assert page.locator("#sales details:not([open])").count() == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('#sales .scroll, #design .scroll, #forecast .scroll')]"
            ".filter(r => r.getBoundingClientRect().right > 390 || r.tabIndex !== 0"
            " || !document.getElementById(r.getAttribute('aria-labelledby'))).length"
        )
        == 0
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_money_scrolls_inside_its_tables_on_a_phone(browser: Browser, address: str) -> None:
    page, _, complaints = open_page(browser, address, 390)
    sections = ("ledger", "payback", "attribution", "review")
    for section in sections:
        for summary in page.locator(f"#{section} summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        assert page.locator(f"#{section} .scroll").count() >= 1
        assert page.locator(f"#{section} details:not([open])").count() == 0
        assert page.locator(f'nav a[href="#{section}"]').is_visible()
    outside = page.evaluate(
        "[...document.querySelectorAll('#ledger *, #payback *, #attribution *, #review *')]"
        ".filter(e => !e.closest('.scroll') && !e.closest('.wide')"
        " && e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 90))"
    )
    assert outside == []
    assert page.locator(".heat-0").first.evaluate(
        "e => getComputedStyle(e).backgroundColor"
    ) != page.locator(".heat-2").first.evaluate("e => getComputedStyle(e).backgroundColor")
    assert complaints == []
    page.close()


def test_print_shows_the_deals_of_closed_lists(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page, _, _ = open_page(browser, address, 1280)
    assert page.locator("details table").first.is_hidden()
    page.emulate_media(media="print")
    assert page.locator("details table").first.is_visible()
    page.close()


def test_a_desk_has_a_picture(browser: Browser, address: str, tmp_path: Path) -> None:
    page, _, _ = open_page(browser, address, 1280)
    page.screenshot(path=tmp_path / "report.png", full_page=True)
    assert (tmp_path / "report.png").stat().st_size > 100_000
    page.close()
