"""The pages as axe-core sees them: what a person with a screen reader or a keyboard meets."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from reporting.view import Report
from tests.reporting.test_browser import CHROMIUM, address, browser, open_page
from tests.reporting.test_manager_pages import write

__all__ = ["address", "browser"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium binary on PATH; apt install chromium"),
]


@pytest.fixture(scope="module")
def manager_address(marts: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(marts, tmp_path_factory.mktemp("manager"))[21].as_uri()


@pytest.mark.parametrize("page_of", ["report", "manager"])
def test_axe_finds_nothing_serious(
    browser: Browser, address: str, manager_address: str, page_of: str
) -> None:
    page, _, _ = open_page(browser, address if page_of == "report" else manager_address, 390)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    grave = [
        (rule["id"], rule["nodes"][0]["html"][:120])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert grave == []
    page.close()


def test_axe_would_see_a_fault(browser: Browser, manager_address: str) -> None:
    page, _, _ = open_page(browser, manager_address, 390)
    page.evaluate("document.querySelector('h1').style.color = '#f4f4f4'")
    impacts = {rule["impact"] for rule in Axe().run(page).response["violations"]}
    assert impacts & {"serious", "critical"}
    page.close()


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_a_managers_page_fits_and_is_quiet(
    browser: Browser, manager_address: str, width: int
) -> None:
    page, requests, complaints = open_page(browser, manager_address, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_managers_page_works_by_keyboard(browser: Browser, manager_address: str) -> None:
    page, _, _ = open_page(browser, manager_address, 390)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    closed = page.locator("details:not([open]) summary").first
    closed.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    page.close()


def test_discipline_scrolls_inside_its_tables_on_a_phone(
    browser: Browser, address: str, report: Report
) -> None:
    page, _, complaints = open_page(browser, address, 390)
    for section in ("changes", "score", "findings"):
        page.evaluate(
            f"document.querySelectorAll('#{section} details').forEach(d => d.open = true)"
        )
        assert page.locator(f"#{section} .scroll").count() >= 2
        assert page.locator(f'nav a[href="#{section}"]').is_visible()
    outside = page.evaluate(
        "[...document.querySelectorAll('#changes *, #score *, #findings *')]"
        ".filter(e => !e.closest('.scroll') && !e.closest('.wide')"
        " && e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 90))"
    )
    assert outside == []
    assert complaints == []
    page.close()
