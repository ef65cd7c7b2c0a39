"""The first load of a large account: windows committed one by one, and crashes in their midst."""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.pipeline import load_source
from ingestion.settings import Settings
from ingestion.sources.amocrm import SOURCE, build, time_windows
from sandbox.model import Company, Lead
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.ingestion.scripted import FakeClock
from tests.sandbox.small import moment, small_company

DEALS = 60
PAGE = 5
PAGES_PER_COMMIT = 4
WINDOW = PAGE * PAGES_PER_COMMIT


def large_company() -> Company:
    """Deals a day apart, so that windows of time hold few of them."""
    company = small_company()
    first = company.leads[0]
    company.leads = [
        replace(
            first,
            id=2000 + number,
            name=f"Сделка {number}",
            created_at=moment("2026-06-01 10:00") + number * 86_400,
            updated_at=moment("2026-06-01 11:00") + number * 86_400,
        )
        for number in range(DEALS)
    ]
    return company


@pytest.fixture
def make_large(make_stand: MakeStand) -> Callable[..., Stand]:
    def make(*, alpha_filter: bool = False, **section: Any) -> Stand:
        stand = make_stand(large_company(), pages_per_commit=PAGES_PER_COMMIT, **section)
        stand.faults.alpha_filter = alpha_filter
        stand.faults.page_cap = PAGE
        return stand

    return make


@pytest.fixture(params=[True, False], ids=["by time", "by id"])
def large(make_large: Callable[..., Stand], request: pytest.FixtureRequest) -> Stand:
    return make_large(alpha_filter=request.param)


def ids(stand: Stand) -> set[int]:
    return {lead_id for (lead_id,) in stand.rows("select lead_id from raw.leads")}


def listed(stand: Stand) -> set[int]:
    return {lead.id for lead in stand.company.leads if not lead.is_deleted}


def commits(stand: Stand) -> int:
    return int(stand.rows("select count(*) from raw._dlt_loads")[0][0])


def test_windows_are_committed_one_by_one(large: Stand) -> None:
    loaded = large.load("leads")
    assert ids(large) == listed(large)
    assert loaded.rounds >= DEALS // WINDOW
    assert commits(large) == loaded.rounds
    assert loaded.rows["leads"] <= 3 * DEALS
    again = large.load("leads")
    assert (again.rounds, again.rows["leads"]) == (1, 1)


def test_pages_are_asked_for_in_order_of_id(make_large: Callable[..., Stand]) -> None:
    stand = make_large()
    stand.load("leads")
    walked = [q for q in stand.asked("leads") if "order%5Bid%5D=asc" in q]
    numbers = [int(q.split("page=")[1].split("&")[0]) for q in walked]
    assert set(numbers) == set(range(1, DEALS // PAGE + 2))
    checks = 2 * (DEALS // WINDOW + 1)  # the edge before a window, its first page after it
    assert len(numbers) <= DEALS // PAGE + 2 + checks


def test_windows_of_creation_are_closed_and_leave_no_gap(make_large: Callable[..., Stand]) -> None:
    stand = make_large(alpha_filter=True)
    stand.load("leads")
    asked = [q for q in stand.asked("leads") if "created_at%5D%5Bfrom" in q and "page=1&" in q]
    spans = [
        tuple(int(q.split(f"%5B{side}%5D=")[1].split("&")[0]) for side in ("from", "to"))
        for q in asked
    ]
    assert spans[0][0] == 1
    assert spans[-1][1] == time_windows.FOREVER
    # a window that turned out crowded is begun again, narrower
    assert all(b[0] in (a[1] + 1, a[0]) for a, b in pairwise(spans))


def break_down(stand: Stand, after: int) -> None:
    """From so many answers on the list of deals is down."""
    answered, honest = 0, stand.faults.take_failure

    def storm(path: str) -> Any:
        nonlocal answered
        answered += path.endswith("/leads")
        return 502 if answered > after and path.endswith("/leads") else honest(path)

    stand.faults.take_failure = storm  # type: ignore[method-assign]


def good_answers(stand: Stand) -> int:
    log = stand.services.amocrm.log
    return sum(seen.path.endswith("/leads") and seen.status < 300 for seen in log)


@pytest.mark.parametrize("alpha_filter", [True, False], ids=["by time", "by id"])
def test_a_crash_repeats_one_window_at_most(
    make_large: Callable[..., Stand], tmp_path: Path, alpha_filter: bool
) -> None:
    whole = elsewhere(make_large(alpha_filter=alpha_filter), tmp_path)
    whole.load("leads")
    stand = make_large(alpha_filter=alpha_filter)
    break_down(stand, 20 if alpha_filter else 9)
    with pytest.raises(PipelineStepFailed):
        stand.load("leads")
    del stand.faults.take_failure
    kept = ids(stand)
    assert kept
    assert kept < listed(stand)
    stand.load("leads")
    assert stand.table("leads") == whole.table("leads")
    # three more prove that nothing has moved
    assert good_answers(stand) <= good_answers(whole) + PAGES_PER_COMMIT + 3


def elsewhere(stand: Stand, folder: Path) -> Stand:
    """The same with a warehouse of its own."""
    object.__setattr__(stand.settings, "data_dir", folder / "whole")
    stand.settings.data_dir.mkdir()
    return stand


def load_in_a_process(settings: Settings) -> None:
    load_source(
        SOURCE, settings, build=lambda s: build(s, FakeClock()).with_resources("leads", "contacts")
    )


def test_a_killed_process_goes_on_where_it_was(
    make_large: Callable[..., Stand], tmp_path: Path
) -> None:
    stand = make_large()
    stand.faults.latency_seconds = 0.02
    process = multiprocessing.get_context("spawn").Process(
        target=load_in_a_process, args=(stand.settings,)
    )
    process.start()
    assert process.pid is not None
    second_window = f"page={PAGES_PER_COMMIT + 2}&"  # is asked for once the first is in
    while process.is_alive() and not any(second_window in q for q in stand.asked("leads")):
        process.join(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    kept = ids(stand)
    assert 0 < len(kept) < DEALS
    stand.faults.latency_seconds = 0
    before = len(stand.asked("leads"))
    stand.load("leads", "contacts")
    assert ids(stand) == listed(stand)
    left = (DEALS - len(kept)) // PAGE
    assert len(stand.asked("leads")) - before <= left + PAGES_PER_COMMIT + 6 * (left // 4 + 2)

    whole = elsewhere(make_large(), tmp_path)
    whole.load("leads", "contacts")
    for table in ("leads", "contacts"):
        assert stand.table(table) == whole.table(table)


def delete(company: Company, lead_id: int) -> None:
    lead = next(x for x in company.leads if x.id == lead_id)
    lead.is_deleted, lead.updated_at = True, moment("2026-10-31 12:00") + lead_id


@pytest.mark.parametrize(("page", "victim"), [(3, 2000), (7, 2000), (7, 2021)])
def test_rows_that_slip_forward_when_one_is_deleted_are_found(
    make_large: Callable[..., Stand], page: int, victim: int
) -> None:
    stand = make_large(requests_ahead=1)
    asked = 0

    def change(company: Company) -> None:
        nonlocal asked
        asked += 1
        if asked == page:
            delete(company, victim)

    stand.faults.mutate_between_pages = change
    stand.load("leads")
    assert listed(stand) <= ids(stand)
    assert len(listed(stand)) == DEALS - 1


def test_rows_that_moved_between_two_runs_are_found(make_large: Callable[..., Stand]) -> None:
    stand = make_large()
    break_down(stand, 9)
    with pytest.raises(PipelineStepFailed):
        stand.load("leads")
    del stand.faults.take_failure
    kept = ids(stand)
    for lead_id in sorted(kept)[:7]:  # more than a page
        delete(stand.company, lead_id)
    stand.load("leads")
    assert listed(stand) <= ids(stand)


def test_edits_during_the_load_are_read_after_it(large: Stand) -> None:
    edited: list[Lead] = []

    def change(company: Company) -> None:
        if not edited:
            lead = company.leads[0]
            lead.name, lead.updated_at = "Правка", moment("2026-10-31 22:59")
            edited.append(lead)

    large.faults.mutate_between_pages = change
    large.load("leads")
    assert large.rows(f"select name from raw.leads where lead_id = {edited[0].id}") == [("Правка",)]


def test_a_filter_that_is_ignored_is_noticed(make_large: Callable[..., Stand]) -> None:
    stand = make_large(alpha_filter=True)
    stand.faults.ignore_filter = True
    stand.load("leads")
    assert ids(stand) == listed(stand)


def test_an_edit_of_everything_goes_by_windows_too(make_large: Callable[..., Stand]) -> None:
    stand = make_large()
    stand.load("leads")
    for number, lead in enumerate(stand.company.leads):
        lead.name, lead.updated_at = "Массовая правка", moment("2026-10-31 12:00") + number
    loaded = stand.load("leads")
    assert loaded.rounds > 2
    assert stand.rows("select count(*) from raw.leads where name = 'Массовая правка'") == [(DEALS,)]
    assert stand.load("leads").rounds == 1


def test_a_person_sees_how_it_goes(
    make_large: Callable[..., Stand],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO, "ingestion")
    monkeypatch.setattr("ingestion.sources.amocrm.progress.PAGES_PER_REPORT", 4)
    make_large().load("leads")
    lines = [r.message for r in caplog.records if r.message.startswith("amoCRM: leads: ")]
    assert any("4 pages, 20 rows" in line and "a second; " in line for line in lines)
    assert any("left" in line for line in lines)
    assert any("12 pages, 60 rows" in line and line.endswith("done") for line in lines)


def test_events_are_committed_by_rounds_too(
    make_large: Callable[..., Stand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_windows, "WIDTH", 86_400)
    monkeypatch.setattr(time_windows, "WIDEST", 80 * 86_400)
    stand = make_large()
    loaded = stand.load("events")
    assert loaded.rounds > 2
    assert stand.count("events") == len(stand.company.events)
    assert stand.load("events").rounds == 1
