"""Notes: what lands, edits, paging, rounds, a crash between rounds."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.pipeline import load_source
from ingestion.sources.amocrm import SOURCE, build
from ingestion.sources.amocrm.settings_more import PROBLEMS
from sandbox.simulation.crm_model import Note
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.ingestion.amocrm.reading import Reading, reading
from tests.ingestion.scripted import FakeClock
from tests.sandbox import small_records as known
from tests.sandbox.small import AS_OF, moment

__all__ = ["reading"]

NOW = int(AS_OF.timestamp())
LATER = AS_OF + timedelta(hours=1)
CALLS = (
    "select note_id, entity_type, call_seconds, call_status, phone, call_responsible_user_id, "
    "call_responsible from raw.notes where note_type like 'call%' order by 1"
)


def remark(note_id: int, at: int, lead_id: int = 1001) -> Note:
    return Note(note_id, "leads", lead_id, "common", 0, 11, at, at, {"text": f"{note_id}"})


def test_calls_land_and_odd_values_are_reported(make_stand: MakeStand) -> None:
    stand = make_stand(known.company_with_records())
    stand.load("notes", "unsorted", "invoices", "missing_leads")
    assert stand.count("notes") == 8
    assert stand.rows(CALLS) == [
        (known.CALL, "leads", 60, 4, "+79000000001", 11, "11"),
        (known.SILENT_CALL, "leads", 57, 6, "79000000003", 12, "12"),
        (known.CONTACT_CALL, "contacts", 0, 4, "+79000000001", None, "Оператор 101"),
        (known.COMPANY_CALL, "companies", 60, 4, "+79000000001", 11, "11"),
        (known.ODD_CALL, "leads", None, None, "+79000000001", 11, "11"),
    ]
    letter = stand.rows(
        "select account_id, mail_from_email, mail_subject, mail_is_incoming, params->>'subject' "
        f"from raw.notes where note_id = {known.LETTER}"
    )
    assert letter == [(777, "p@client.example", "Окна", True, "Окна")]
    problems = stand.rows(f"select kind, subject, rows, detail from ({PROBLEMS}) order by 2")
    assert problems == [
        ("unknown_value", "invoices", 1,
         f"invoice_id {known.OWN_STATUS}: BILL_PAYMENT_DATE.value='19.09.2026'"),
        ("unknown_value", "invoices.status_text = Ждём директора", 1,
         "neither its code nor its text says whether it is paid"),
        ("unknown_value", "notes of leads", 1,
         f"note_id {known.ODD_CALL}: duration='1:05'; call_status='ok'; link=['x']"),
    ]  # fmt: skip


def test_a_later_run_asks_for_edits_only(make_stand: MakeStand) -> None:
    stand = make_stand(known.company_with_records())
    stand.load("notes")
    assert stand.company.crm is not None
    first = stand.company.crm.notes[0]
    first.updated_at, first.params = NOW, {**first.params, "call_result": "Договорились"}
    stand.company.crm.notes.append(remark(60_100, NOW))
    stand.at(LATER).load("notes")
    query = stand.asked("leads/notes")[-1]
    since = moment("2026-09-09 11:00") - 600
    assert f"filter%5Bupdated_at%5D%5Bfrom%5D={since}&" in query
    assert "order%5Bid%5D=asc" in query
    assert stand.count("notes") == 9
    changed = f"select call_result from raw.notes where note_id = {known.CALL}"
    assert stand.rows(changed) == [("Договорились",)]


def ids(reading: Reading, at: datetime = AS_OF) -> list[int]:
    return sorted(row["note_id"] for row in reading.run("notes", at=at)["notes"])


def test_the_filter_needs_no_paid_add_on_and_may_be_ignored(reading: Reading) -> None:
    reading.stand.faults.alpha_filter = False
    assert len(ids(reading)) == 8
    reading.stand.faults.ignore_filter = True
    # the latest of each kind of card are within the overlap
    assert ids(reading, LATER) == [known.CONTACT_CALL, known.COMPANY_CALL, known.SERVICE]


def test_what_was_written_backwards_is_found_within_a_week(reading: Reading) -> None:
    reading.run("notes")
    reading.crm.notes.append(remark(60_200, moment("2026-09-01 00:00")))
    assert 60_200 not in ids(reading, AS_OF + timedelta(days=6))
    assert 60_200 in ids(reading, AS_OF + timedelta(days=8))


@pytest.mark.parametrize("always_next", [True, False])
def test_all_pages_are_read(reading: Reading, *, always_next: bool) -> None:
    reading.stand.faults.page_cap, reading.stand.faults.next_on_last_page = 2, always_next
    assert len(ids(reading)) == 8


def test_an_empty_page_in_the_middle_is_asked_for_again(reading: Reading) -> None:
    reading.stand.faults.page_cap, reading.stand.faults.empty_page_once = 2, 2
    assert len(ids(reading)) == 8


def test_no_notes_at_all_and_then_the_first(make_stand: MakeStand) -> None:
    stand = make_stand()
    stand.load("notes")
    assert stand.count("notes") == 0
    assert stand.company.crm is not None
    stand.company.crm.notes.append(remark(1, moment("2026-01-01 00:00")))
    stand.faults.empty_as_204 = False
    stand.load("notes")
    assert stand.count("notes") == 1


def rounds(stand: Stand) -> int:
    """Loads notes to the end; how many rounds it took."""

    def only_notes(settings: Any) -> Any:
        return build(settings, FakeClock()).with_resources("notes")

    return load_source(SOURCE, stand.settings, build=only_notes).rounds


def test_a_crash_in_a_later_round_repeats_that_round_only(
    make_stand: MakeStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = make_stand(known.company_with_records(), pages_per_commit=2)
    stand.faults.page_cap = 2
    seen = stand.services.amocrm.log
    refuse = {"left": 1}

    def fail_in_second_round(path: str) -> Any:
        asked = sum(1 for request in seen if request.path == path)
        if path == "/api/v4/leads/notes" and asked == 2 and refuse["left"]:
            refuse["left"] = 0
            return 400
        return None

    monkeypatch.setattr(stand.faults, "take_failure", fail_in_second_round)
    with pytest.raises(Exception, match="rejects GET /api/v4/leads/notes"):
        rounds(stand)
    assert stand.count("notes") == 6  # the first round: four of the deals', and all the others
    assert rounds(stand) == 2  # from the last page of the first round to the end
    assert stand.count("notes") == 8
    assert "page=4" in stand.asked("leads/notes")[-1]  # nothing comes after the third


def test_an_answer_of_another_shape_stops_the_load(reading: Reading) -> None:
    reading.crm.notes[0].created_by = "Анна"  # type: ignore[assignment]
    with pytest.raises(SourceFormatError, match="created_by is 'Анна', expected a whole number"):
        reading.run("notes")
    assert reading.states == {}
