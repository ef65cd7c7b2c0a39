"""Events: typed columns where an event says something, NULL where it does not."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.event_rows import event_row
from ingestion.sources.amocrm.settings_more import MORE_TABLES

HEAD = {"account_id", "event_id", "type", "entity_type", "entity_id", "created_by", "created_at"}


def event(kind: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    """What a row says besides its head."""
    item = {
        "id": "01h",
        "type": kind,
        "created_at": 1654014416,
        "value_before": before,
        "value_after": after,
    }
    row = event_row(item | more, 7)
    assert row.keys() == MORE_TABLES["events"].columns.keys()
    return {
        key: value
        for key, value in row.items()
        if key not in {*HEAD, "raw_json"} and value is not None
    }


def changed(text: Any, enum_id: Any = None, field_id: int = 5) -> dict[str, Any]:
    return {"custom_field_value": {"field_id": field_id, "enum_id": enum_id, "text": text}}


@pytest.mark.parametrize(
    ("kind", "before", "after", "typed"),
    [
        (
            "lead_status_changed",
            [{"lead_status": {"id": "1011", "pipeline_id": 101}}],
            [{"lead_status": {"id": 142, "pipeline_id": 102}}],
            {
                "before_status_id": 1011,
                "before_pipeline_id": 101,
                "after_status_id": 142,
                "after_pipeline_id": 102,
            },
        ),
        (
            "entity_responsible_changed",
            [{"responsible_user": {"id": 11}}],
            {"responsible_user": {"id": 12}},
            {"before_responsible_user_id": 11, "after_responsible_user_id": 12},
        ),
        (
            "sale_field_changed",
            [{"sale_field_value": {"sale": 6000}}],
            [{"sale_field_value": {"sale": 8000, "sale_with_minor_units": Decimal("8000.5")}}],
            {"before_price": Decimal("6000.00"), "after_price": Decimal("8000.50")},
        ),
        (
            "sale_field_changed",
            [],
            [{"sale_field_value": {"sale": 8000, "sale_with_minor_units": "8000.07"}}],
            {"after_price": Decimal("8000.07")},
        ),
        ("sale_field_changed", [], [{"sale_field_value": []}], {}),
        ("lead_deleted", [], [], {}),
        ("entity_merged", {}, {}, {}),
        ("lead_added", None, [{"note": {"id": 1}}], {"note_id": 1}),
        (
            "name_field_changed",
            [{"name_field_value": {"name": "Было"}}],
            [{"name_field_value": {"name": "Стало"}}],
            {"before_name": "Было", "after_name": "Стало"},
        ),
        (
            "customer_status_changed",
            [{"customer_status": {"id": 1}}],
            [{"customer_status": {"id": 2}}],
            {"before_customer_status_id": 1, "after_customer_status_id": 2},
        ),
        (
            "task_deadline_changed",
            [{"task_deadline": {"timestamp": 86400}}],
            [{"task_deadline": {"timestamp": "172800"}}],
            {
                "before_task_deadline": datetime(1970, 1, 2, tzinfo=UTC),
                "after_task_deadline": datetime(1970, 1, 3, tzinfo=UTC),
            },
        ),
        (
            "task_type_changed",
            [{"task_type": {"id": 1}}],
            [{"task_type": {"id": 2}}],
            {"before_task_type_id": 1, "after_task_type_id": 2},
        ),
        ("task_text_changed", [], [{"task": {"text": "Да"}}], {"after_task_text": "Да"}),
        (
            "entity_linked",
            [],
            [{"link": {"entity": {"type": "contact", "id": 8}}}],
            {"linked_entity_type": "contact", "linked_entity_id": 8},
        ),
        (
            "entity_unlinked",
            [{"unlink": {"entity": {"type": "company", "id": "9"}}}],
            [],
            {"linked_entity_type": "company", "linked_entity_id": 9},
        ),
        (
            "entity_tag_deleted",
            [{"tag": {"name": "опт"}}, {"tag": {"name": "вип"}}],
            [],
            {"tags": '["опт","вип"]'},
        ),
        ("transaction_added", [], [{"transaction": {"id": 3}}], {"transaction_id": 3}),
        ("nps_rate_added", [], [{"nps": {"rate": 9}}], {"nps_rate": 9}),
        ("a_type_of_tomorrow", [{"quantum": {"id": 1}}], "?", {}),
        ("talk_created", [], [{"talk": {"id": 4}}], {"talk_id": 4}),
    ],
)
def test_events_are_parsed_where_they_say_something(
    kind: str, before: Any, after: Any, typed: dict[str, Any]
) -> None:
    assert event(kind, before, after) == typed


def test_a_fields_number_leaves_the_type() -> None:
    item = {"id": "01h", "type": "custom_field_316923_value_changed", "value_after": [changed("x")]}
    row = event_row(item, 7)
    assert (row["type"], row["field_id"]) == ("custom_field_value_changed", 5)
    item["value_after"] = []
    assert event_row(item, 7)["field_id"] == 316923
    assert json.loads(event_row(item, 7)["raw_json"])["type"] == "custom_field_316923_value_changed"
    # as the documentation has it, without the number
    plain = event_row({"id": "1", "type": "custom_field_value_changed"}, 7)
    assert (plain["type"], plain["field_id"]) == ("custom_field_value_changed", None)


def test_several_values_of_a_field_are_a_list_whose_first_stands_beside() -> None:
    kind = "custom_field_5_value_changed"
    row = event(kind, [changed("a", 1)], [changed("a", 1), changed("b", "2"), changed("c", 0)])
    assert (row["before_field_text"], row["before_field_enum_id"]) == ("a", 1)
    assert "before_field_values" not in row
    assert (row["after_field_text"], row["after_field_enum_id"]) == ("a", 1)
    assert json.loads(row["after_field_values"]) == [
        {"text": "a", "enum_id": 1},
        {"text": "b", "enum_id": 2},
        {"text": "c", "enum_id": None},
    ]
    numbers = event(kind, [changed(5)], [changed(True)])
    assert (numbers["before_field_text"], numbers["after_field_text"]) == ("5", "true")


def test_a_message_names_its_talk_and_its_contact() -> None:
    row = event(
        "incoming_chat_message",
        [],
        [{"message": {"id": "a-b", "origin": "telegram", "talk_id": 77}}],
        _embedded={"entity": {"id": 1, "linked_talk_contact_id": 203}},
    )
    assert row == {
        "message_id": "a-b",
        "message_origin": "telegram",
        "talk_id": 77,
        "linked_talk_contact_id": 203,
    }


def test_event_without_id_or_with_a_flipped_number_is_named() -> None:
    with pytest.raises(SourceFormatError, match="no id"):
        event_row({"type": "lead_added"}, 7)
    with pytest.raises(SourceFormatError, match="expected a whole number"):
        event("lead_status_changed", [], [{"lead_status": {"id": "won"}}])
    with pytest.raises(SourceFormatError, match=r"task_deadline.*expected unix seconds"):
        event("task_deadline_changed", [], [{"task_deadline": {"timestamp": 10**15}}])
