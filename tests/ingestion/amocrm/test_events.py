"""Events of every type and every kind of card land in typed columns."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.model import Event
from tests.ingestion.amocrm.conftest import MakeStand, Stand
from tests.sandbox import small_records as known
from tests.sandbox.small import AS_OF, moment


@pytest.fixture
def stand(make_stand: MakeStand) -> Stand:
    return make_stand(known.company_with_records())


def told(stand: Stand, kind: str, *columns: str) -> list[tuple[Any, ...]]:
    return stand.rows(
        f"select {', '.join(columns)} from raw.events where type = '{kind}' "
        "order by created_at, event_id"
    )


def test_every_event_lands_and_says_what_changed(stand: Stand) -> None:
    crm = stand.company.crm
    assert crm is not None
    # a type that nobody has heard of
    crm.events.append(
        Event("01zz", "aura_changed", 5, "aura", 0, 1_790_000_000, [{"aura": {"hue": 7}}])
    )
    stand.load("events")
    assert stand.count("events") == len(stand.company.events) + len(crm.events)
    assert told(stand, "outgoing_call", "entity_type", "entity_id", "note_id") == [
        ("lead", 1001, known.CALL)
    ]
    assert told(stand, "incoming_call", "entity_type", "entity_id", "note_id") == [
        ("contact", 201, known.CONTACT_CALL)
    ]
    fields = ("field_id", "before_field_text", "after_field_text", "after_field_enum_id")
    assert told(stand, "custom_field_value_changed", *fields, "after_field_values") == [
        (506, None, "СЧ-1001", None, None),
        (508, "Опт", "Опт", 711, '[{"text":"Опт","enum_id":711},{"text":"Розница","enum_id":712}]'),
    ]
    deadline = told(stand, "task_deadline_changed", "before_task_deadline", "after_task_deadline")
    assert [int(at.timestamp()) for at in deadline[0]] == [
        moment("2026-09-15 18:00"),
        moment("2026-09-16 18:00"),
    ]
    linked = ("linked_entity_type", "linked_entity_id")
    assert told(stand, "entity_linked", *linked) == [("contact", 201)]
    assert told(stand, "entity_unlinked", *linked) == [("contact", 205)]
    assert told(stand, "entity_tag_added", "tags") == [('["опт","постоянный"]',)]
    assert told(stand, "name_field_changed", "before_name", "after_name") == [
        ("Новая", "Сделка 1001")
    ]
    assert told(stand, "incoming_chat_message", "talk_id", "linked_talk_contact_id") == [
        (known.TALK, 203),
        (known.GONE_TALK, 204),
        (known.TALK, 203),
    ]
    assert told(stand, "entity_merged", "entity_id", "before_status_id") == [(1001, None)]
    assert told(stand, "aura_changed", "raw_json->'value_after'->0->'aura'->>'hue'") == [("7",)]
    assert told(stand, "task_completed", "entity_type", "entity_id") == [("task", 402)]


def test_a_second_run_adds_what_is_new_and_nothing_else(stand: Stand) -> None:
    stand.load("events")
    before = stand.count("events")
    late = int((AS_OF + timedelta(minutes=5)).timestamp())
    crm = stand.company.crm
    assert crm is not None
    crm.events.append(Event("01zy", "contact_added", 201, "contact", 0, late))
    stand.faults.now = late + 60
    later = stand.at(datetime.fromtimestamp(late + 60, UTC))
    later.load("events")
    later.load("events")
    assert stand.count("events") == before + 1
    assert told(stand, "contact_added", "entity_id") == [(201,)]


def test_kopecks_of_a_price_are_exact(stand: Stand) -> None:
    stand.faults.minor_units = True
    event = stand.company.events[-1]
    event.value_after = [{"sale_field_value": {"sale": 8000, "sale_with_minor_units": 8000.07}}]
    stand.load("events")
    (prices,) = told(stand, "sale_field_changed", "before_price", "after_price")
    assert [str(price) for price in prices] == ["6000.00", "8000.07"]
