"""Runs side by side, runs out of order, and data that must not be published."""

import time
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.scoreboard import compare
from sandbox.model import CompanySpec
from tests.workplace import LEAN, Workplace, workplace

pytestmark = pytest.mark.e2e

ZONE = "Asia/Yekaterinburg"
SPEC = CompanySpec(seed=5, deals=200, months=3, timezone=ZONE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A company in another zone, without VAT and in English; the tests tell one story, in order."""
    folder = tmp_path_factory.mktemp("jobs") / "place"
    with workplace(folder, SPEC, is_lean=True) as place:
        config = folder / "company.toml"
        settings = '[company]\nvat_policy = "net"\nlanguage = "en"\n'
        config.write_text(config.read_text("utf-8").replace("[company]\n", settings), "utf-8")
        yield place


def test_what_was_never_loaded_is_unknown_and_not_zero(place: Workplace) -> None:
    place.run("hourly_crm")
    marts = place.marts()
    states = {row[0]: (row[3], row[5]) for row in marts["quality.feeds"] if row[3] != "off"}
    assert {name: state for name, (state, _) in states.items()} == {
        "amocrm": "ok",
        "bank_1c": "stale",
        "yandex_direct": "stale",
    }
    assert (states["bank_1c"][1], states["yandex_direct"][1]) == (0, 0)
    with duckdb.connect(str(place.published), read_only=True) as published:
        known = published.execute(
            "select count(*), count(net_revenue), count(spend) from marts.rpt_revenue_by_channel"
        ).fetchone()
    assert known is not None
    assert known[0] > 0
    assert known[1:] == (0, 0)
    page = (place.folder / "reports" / "report.html").read_text("utf-8")
    assert "never been loaded" in page


def test_two_jobs_at_once_take_turns_and_the_second_changes_nothing(place: Workplace) -> None:
    services = place.services
    daily = place.start("run", "daily")
    while not services.direct.requests:  # it holds the warehouse and loads
        assert daily.poll() is None
        time.sleep(0.05)
    hourly = place.start("run", "hourly_crm")
    daily_output = daily.communicate(timeout=400)[0]
    asked_direct = sum(services.direct.requests.values())
    asked_leads = services.amocrm.requests["GET", "/api/v4/leads"]
    # the hourly run has only just begun: what is published is the daily one's
    before = place.marts()
    hourly_output = hourly.communicate(timeout=400)[0]
    assert (daily.returncode, hourly.returncode) == (0, 0), daily_output + hourly_output
    assert place.marts() == before
    assert sum(services.direct.requests.values()) == asked_direct
    assert services.amocrm.requests["GET", "/api/v4/leads"] - asked_leads <= 4


def test_in_another_zone_without_vat_and_in_english_the_answer_is_the_same(
    place: Workplace,
) -> None:
    scores = compare(place.published, place.truth, zone=ZONE)
    assert [score for score in scores if not score.is_perfect] == []
    with duckdb.connect(str(place.published), read_only=True) as published:
        money = published.execute(
            """select sum(amount), sum(amount_net),
                   (select sum(net_revenue) from marts.rpt_revenue_by_channel
                    where basis = 'cash_date')
               from marts.fct_payments
               where payment_class in ('customer_payment', 'customer_refund')"""
        ).fetchone()
    assert money is not None
    gross, net, reported = money
    assert net == reported != gross
    page = (place.folder / "reports" / "report.html").read_text("utf-8")
    assert "amounts without VAT" in page
    assert "✗" not in page, "a total of the page does not tie"


def test_a_silent_cabinet_does_not_keep_the_owner_from_the_rest(place: Workplace) -> None:
    before = place.marts()
    report = place.folder / "reports" / "report.html"
    written = report.stat().st_mtime_ns
    done = place.skvoz("run", "daily", SOURCES__YANDEX_DIRECT__TOKEN="wrong")
    assert done.returncode == 1
    assert "load_yandex_direct" in done.stdout
    assert "rebuilding on what was loaded before" in done.stdout
    assert report.stat().st_mtime_ns > written
    after = place.marts()
    states = {row[0]: row[3] for row in after.pop("quality.feeds") if row[3] != "off"}
    assert states == {"amocrm": "ok", "bank_1c": "ok", "yandex_direct": "stale"}
    failed = [row for row in after.pop("quality.feed_problems") if row[1] == "load_failed"]
    assert [row[0] for row in failed] == ["yandex_direct"]
    assert {name: rows for name, rows in before.items() if name in after} == after


def test_marts_that_do_not_hold_together_are_not_published(place: Workplace) -> None:
    before = place.marts()
    with duckdb.connect(str(place.warehouse)) as connection:
        # a payment that no statement contains, past every check of the connector
        connection.execute(
            """insert into raw_bank_1c.documents
               select * replace ('doubled' as document_key) from raw_bank_1c.documents limit 1"""
        )
        connection.execute(
            """insert into raw_bank_1c.documents
               select * from raw_bank_1c.documents where document_key = 'doubled'"""
        )
    done = place.skvoz("run", "rebuild", **{LEAN: ""})
    assert done.returncode == 1
    assert "build_models: dbt:" in done.stdout
    assert "published__marts" not in done.stdout
    assert place.marts() == before
