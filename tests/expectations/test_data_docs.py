"""Data Docs of a run: whole, small, and at home on a machine without a network."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import sync_playwright

from expectations.data_docs import build_data_docs
from expectations.runner import Outcome, run_rules
from tests.expectations.conftest import DEALS, FRAME_DDL, RULES, insert_deal, make_rule

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AT = datetime(2026, 10, 31, 20, tzinfo=UTC)
PAGE = "quality.fct_deal_discipline.html"


@pytest.fixture(scope="module")
def outcomes() -> Iterator[list[Outcome]]:
    tidy = make_rule(id="tidy", column="is_messy", en=RULES["messy"].en)
    named = make_rule(
        id="named",
        column="deal_name",
        expectation="expect_column_values_to_match_regex",
        arguments={"regex": "^Deal"},
    )
    with duckdb.connect(":memory:") as con:
        con.execute(FRAME_DDL)
        for deal in DEALS:
            insert_deal(con, deal)
        con.execute(
            "update quality.fct_deal_discipline set deal_name = '<script>alert(1)</script>'"
            " where deal_id = 2"
        )
        con.execute(
            """
            insert into quality.fct_deal_discipline
            select d.* replace (1000 + i as deal_id, i % 2 = 0 as is_messy)
            from quality.fct_deal_discipline as d, range(20000) as t(i) where deal_id = 1
            """
        )
        con.execute(
            "create table quality.fct_empty as from quality.fct_deal_discipline where false"
        )
        empty = make_rule(id="nothing", frame="quality.fct_empty")
        yield run_rules(con, [*RULES.values(), tidy, named, empty])


@pytest.fixture(scope="module")
def folder(outcomes: list[Outcome], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "data_docs"
    build_data_docs(outcomes, folder, AT)
    return folder


def test_every_frame_has_its_page_and_every_rule_its_words(
    folder: Path, outcomes: list[Outcome]
) -> None:
    assert {path.name for path in folder.iterdir()} == {
        *("index.html", "data_docs.css", PAGE, "quality.fct_empty.html")
    }
    page = (folder / PAGE).read_text(encoding="utf-8")
    for outcome in outcomes:
        if outcome.rule.frame != "quality.fct_empty":
            assert f"({outcome.rule.id}): " in page
    assert "where is_won or is_paid, has_source must be true" in page
    assert "is_messy must not be true" in page
    assert "10002 unexpected values found" in page
    assert "5 (Deal 5)" in page
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert f'<a href="{PAGE}">' in index
    assert "2026-10-31 20:00 UTC" in index


def test_a_page_stays_small_whatever_the_number_of_rows(folder: Path) -> None:
    assert (folder / PAGE).stat().st_size < 30_000


def test_pages_refer_to_nothing_outside_their_folder(folder: Path) -> None:
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert set(re.findall(r'(?:src|href)="([^"]*)"', text)) <= {
            *("data_docs.css", "data:,", "index.html", PAGE, "quality.fct_empty.html")
        }
        assert "url(" not in text
    assert "url(" not in (folder / "data_docs.css").read_text(encoding="utf-8")


def test_names_of_deals_are_words_and_never_markup(folder: Path) -> None:
    assert "2 (&lt;script&gt;alert(1)&lt;/script&gt;)" in (folder / PAGE).read_text("utf-8")


def test_frames_judged_no_more_lose_their_pages_and_it_takes_no_time(
    outcomes: list[Outcome], tmp_path: Path
) -> None:
    build_data_docs(outcomes, tmp_path, AT)
    (tmp_path / "notes.txt").write_text("not ours")
    started = time.perf_counter()
    build_data_docs([o for o in outcomes if o.rule.frame != "quality.fct_empty"], tmp_path, AT)
    assert time.perf_counter() - started < 2
    assert {path.name for path in tmp_path.iterdir()} == {
        *("index.html", "data_docs.css", PAGE, "notes.txt")
    }


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium binary on PATH; apt install chromium")
def test_a_browser_fetches_nothing_and_shows_everything(folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((folder / "index.html").as_uri())
        page.get_by_role("link", name="quality.fct_deal_discipline").click()
        assert page.get_by_role("heading", level=1).inner_text() == "quality.fct_deal_discipline"
        assert page.get_by_text("where is_won, has_price must be true").is_visible()
        mark = page.locator(".fa-times").first
        assert "✗" in mark.evaluate("e => getComputedStyle(e, '::before').content")
        # our style sheet is in force: GX's own markup knows no such widths
        assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1120px"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1100
        page.get_by_role("link", name="All frames").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("Data Docs")
        assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
        assert complaints == []
        browser.close()
