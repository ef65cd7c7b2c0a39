"""Moving lists: nothing is lost when rows move between pages, with the paid filter or without."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from ingestion.sources.amocrm import time_windows, walks
from ingestion.sources.amocrm.cursor import RECONCILE_EVERY, Cursor
from ingestion.sources.amocrm.fields import Item
from sandbox.model import Event
from tests.ingestion.amocrm.conftest import Stand
from tests.sandbox.small import AS_OF, moment

NOW = int(AS_OF.timestamp())
OVERLAP = 600
FILTER = "filter%5Bupdated_at%5D"


def cursor(watermark: int | None = None, **more: Any) -> Cursor:
    state = {} if watermark is None else {"watermark": watermark, "wide_at": NOW}
    return Cursor(state, NOW, OVERLAP, **more)


def flat(pages: Iterator[list[Item]]) -> list[Item]:
    return [item for page in pages for item in page]


def leads(stand: Stand, since: int) -> list[Item]:
    return flat(walks.edited(stand.client(), "leads", [], since))


# --- edited entities


@pytest.mark.parametrize(
    ("alpha_filter", "ignore_filter"), [(True, False), (True, True), (False, False)]
)
def test_edits_are_read_down_to_the_moment(
    stand: Stand, alpha_filter: bool, ignore_filter: bool
) -> None:
    stand.faults.alpha_filter, stand.faults.ignore_filter = alpha_filter, ignore_filter
    stand.faults.page_cap = 3
    since = moment("2026-10-12 15:55")  # lead 1007 was edited five minutes later
    found = leads(stand, since)
    assert {item["id"] for item in found} == {1007, 1008, 1012}
    queries = stand.asked("leads")
    assert len(queries) <= 3
    assert any(f"{FILTER}%5Bfrom%5D={since}" in q for q in queries) is alpha_filter


def test_without_the_filter_nothing_below_the_moment_is_paged(stand: Stand) -> None:
    stand.faults.alpha_filter = False
    stand.faults.page_cap = 2
    leads(stand, moment("2026-10-30 23:20"))
    assert len(stand.asked("leads")) == 1


def test_an_ignored_order_does_not_end_the_walk(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = stand.client()
    stand.faults.alpha_filter = False
    walk = client.walk
    monkeypatch.setattr(
        client, "walk", lambda path, name, query, limit: walk(path, name, [], 3)
    )  # by id, as the server does when it knows no order
    found = flat(walks.edited(client, "leads", [], moment("2026-10-15 09:50")))
    assert {item["id"] for item in found} == {1008, 1012}
    assert len(stand.asked("leads")) == 4  # one walk: rows in order of id do not jump


@pytest.mark.parametrize("alpha_filter", [True, False])
def test_rows_touched_between_pages_are_neither_lost_nor_old(
    stand: Stand, alpha_filter: bool
) -> None:
    stand.faults.alpha_filter = alpha_filter
    stand.faults.page_cap = 3
    stand.faults.mutate_between_pages = 1
    found = leads(stand, 0)
    latest = {item["id"]: item["updated_at"] for item in found}  # a later version comes later
    assert latest == {
        x.id: x.updated_at for x in stand.company.leads if not (x.is_deleted or x.is_purged)
    }


def test_too_many_edits_are_told(stand: Stand) -> None:
    stand.faults.page_cap = 2
    walk, told = walks.edited(stand.client(), "leads", [], 0, most_pages=2), []

    def follow() -> Iterator[list[Item]]:
        told.append((yield from walk))

    assert len(flat(follow())) == 4
    assert told == [walks.Edited(moment("2026-10-30 23:30"), is_whole=False)]


# --- events


def events(stand: Stand, at: Cursor) -> list[Item]:
    return flat(walks.new_events(stand.client(), at))


def test_all_events_come_once_whatever_their_order(stand: Stand) -> None:
    stand.faults.page_cap = 4
    found = events(stand, cursor())
    assert sorted(item["id"] for item in found) == sorted(e.id for e in stand.company.events)


def test_event_windows_are_closed_and_lead_from_the_account_to_now(stand: Stand) -> None:
    events(stand, cursor())
    first = [q for q in stand.asked("events") if "page=1" in q]
    spans = [
        tuple(int(q.split(f"%5B{side}%5D=")[1].split("&")[0]) for side in ("from", "to"))
        for q in first
    ]
    assert spans[0][0] == 1577836800  # the account's birthday
    assert spans[-1][1] == NOW
    assert all(a[1] + 1 == b[0] for a, b in pairwise(spans))
    assert len(spans) < 15  # empty years are crossed in long steps


def test_late_indexed_events_are_in_the_reread_tail(stand: Stand) -> None:
    state: dict[str, Any] = {}
    events(stand, Cursor(state, NOW, OVERLAP))
    seen = state["watermark"]
    stand.company.events.append(Event("late", "lead_added", 1001, "lead", 0, seen - 590))
    found = events(stand, Cursor(state, NOW + 60, OVERLAP))
    assert "late" in {item["id"] for item in found}
    assert len([q for q in stand.asked("events") if f"from%5D={seen - OVERLAP}" in q]) == 1


def test_weekly_reread_of_events_goes_back_eight_days(stand: Stand) -> None:
    eight_days = 8 * 86_400
    later = Cursor({"watermark": NOW, "wide_at": NOW - RECONCILE_EVERY}, NOW, OVERLAP, eight_days)
    assert later.since == NOW - eight_days


def test_an_ignored_filter_ends_after_one_pass_however_long(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_windows, "WINDOW_PAGES", 2)
    stand.faults.ignore_filter = True
    stand.faults.page_cap = 5
    assert len(events(stand, cursor())) == 24
    assert 5 <= len(stand.asked("events")) < 5 + 8  # those asked for ahead, when it ended


def test_a_crowded_window_is_halved(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_windows, "WINDOW_PAGES", 2)
    stand.faults.page_cap = 2
    second = moment("2026-10-20 12:00")
    crowd = [Event(f"bulk{n}", "lead_added", n, "lead", 0, second) for n in range(9)]
    stand.company.events.extend(crowd)
    found = events(stand, cursor())
    assert (
        len(found) == 24 + 9
    )  # nine of one second on pages of two: that second is read to its end


def test_events_of_all_kinds_come_unless_some_are_named(stand: Stand) -> None:
    stand.company.events.append(
        Event("c", "entity_responsible_changed", 201, "contact", 0, NOW - 9)
    )
    assert "c" in {item["id"] for item in events(stand, cursor())}
    found = flat(walks.new_events(stand.client(), cursor(), ("lead_deleted",)))
    assert {item["type"] for item in found} == {"lead_deleted"}


def test_events_go_by_rounds(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_windows, "WIDTH", 5 * 86_400)
    state: dict[str, Any] = {}
    found, rounds = [], 0
    while rounds == 0 or walks.is_under_way(state):
        found += flat(
            walks.new_events(stand.client(), Cursor(state, NOW, OVERLAP), (), most_pages=1)
        )
        rounds += 1
        assert ("watermark" in state) is not walks.is_under_way(state)
    assert rounds > 5
    assert sorted(item["id"] for item in found) == sorted(e.id for e in stand.company.events)
    assert state["watermark"] == moment("2026-10-30 23:30")


def test_events_indexed_during_the_walk_push_none_out(stand: Stand) -> None:
    stand.faults.page_cap = 3
    known = {event.id for event in stand.company.events}
    found: set[str] = set()
    for number, page in enumerate(walks.new_events(stand.client(), cursor())):
        found |= {item["id"] for item in page}
        late = Event(f"late{number}", "lead_added", 1, "lead", 0, moment("2026-10-20 12:00"))
        stand.company.events.append(late)
        stand.faults.changed()
    assert known <= found
