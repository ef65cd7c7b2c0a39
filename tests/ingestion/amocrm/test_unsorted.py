"""Inquiries stay in the table after they have left the list."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.ingestion.amocrm.conftest import MakeStand
from tests.ingestion.amocrm.reading import Reading, reading, refuse_as_amocrm_does
from tests.sandbox import small_records as known
from tests.sandbox.small import moment

__all__ = ["reading"]

BEFORE = datetime.fromtimestamp(moment("2026-10-31 11:00"), UTC)
AFTER = BEFORE + timedelta(hours=2)
TABLES = ("unsorted", "listings")


def test_what_has_left_the_list_stays_with_the_moment_it_was_last_seen(
    make_stand: MakeStand,
) -> None:
    stand = make_stand(known.company_with_records())
    for now in (BEFORE, AFTER):
        stand.faults.now = int(now.timestamp())
        stand.at(now).load(*TABLES)
    seen = stand.rows("select category, last_seen_at from raw.unsorted order by 1")
    assert [(name, at.astimezone(UTC)) for name, at in seen] == [
        ("chats", AFTER),
        ("forms", AFTER),
        ("mail", BEFORE),
        ("sip", BEFORE),
    ]
    listed = stand.rows("select account_id, list_name, listed_at, items from raw.listings")
    assert [(a, n, w.astimezone(UTC), i) for a, n, w, i in listed] == [(777, "unsorted", AFTER, 2)]


def test_inquiries_are_typed_by_category(reading: Reading) -> None:
    columns = ("lead_id", "contact_id", "form_page", "phone", "call_seconds", "chat_id",
               "sender_email", "visitor_uid")  # fmt: skip
    rows = reading.run("unsorted", at=BEFORE)["unsorted"]
    assert {row["category"]: tuple(row[name] for name in columns) for row in rows} == {
        "chats": (1002, 203, None, None, None, "chat-1", None, "v2"),
        "forms": (1008, None, "https://small.example/?utm_source=ya", None, None, None, None, "v1"),
        "mail": (1001, 201, None, None, None, None, "q@client.example", None),
        "sip": (1003, 204, None, "79000000004", 0, None, None, None),
    }
    (sent,) = {row["form_sent_at"] for row in rows} - {None}
    assert sent.timestamp() == moment("2026-10-30 23:30")


def test_an_emptied_list_is_a_listing_too(reading: Reading) -> None:
    reading.run(*TABLES, at=BEFORE)
    (listed,) = reading.run(*TABLES, at=BEFORE - timedelta(days=9))["listings"]
    assert listed["items"] == 0
    reading.stand.faults.empty_as_204 = False
    assert reading.run("unsorted")["unsorted"] == []


def test_all_pages_are_read_and_an_empty_answer_in_between_is_asked_again(reading: Reading) -> None:
    reading.stand.faults.page_cap, reading.stand.faults.empty_page_once = 1, 2
    assert len(reading.run("unsorted", at=BEFORE)["unsorted"]) == 4


def test_where_we_have_no_right_nothing_seems_to_have_left(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reading.run(*TABLES, at=BEFORE)
    refuse_as_amocrm_does(monkeypatch)
    reading.stand.faults.fail_next("/api/v4/leads/unsorted", 403)
    (listed,) = reading.run(*TABLES, at=AFTER)["listings"]
    assert "leads/unsorted are not loaded" in caplog.text
    assert (listed["listed_at"], listed["items"]) == (BEFORE, 4)
