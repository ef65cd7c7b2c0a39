"""Runs side by side, runs out of order, and data that must not be published."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.scoreboard import compare
from sandbox.model import CompanySpec
from tests.workplace import LEAN, Workplace, workplace

pytestmark = pytest.mark.e2e

SPEC = CompanySpec(seed=5, deals=120, months=2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, finished: Workplace) -> Iterator[Workplace]:
    """A company of its own; the tests below tell one story, in their order."""
    folder = tmp_path_factory.mktemp("jobs") / "place"
    parsed = finished.folder / "dbt"
    with workplace(folder, SPEC, dbt_artefacts=parsed, is_lean=True) as place:
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
    assert "ни разу не загружал" in page


def test_two_jobs_at_once_take_turns_and_both_succeed(place: Workplace) -> None:
    both = [place.start("run", "daily"), place.start("run", "hourly_crm")]
    outputs = [process.communicate(timeout=400)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], "\n".join(outputs)
    scores = compare(place.published, place.truth)
    assert [score for score in scores if not score.is_perfect] == []


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
    done = place.skvoz("run", "daily", **{LEAN: ""})
    assert done.returncode == 1
    assert "build_models: dbt:" in done.stdout
    assert "published__marts" not in done.stdout
    assert place.marts() == before
