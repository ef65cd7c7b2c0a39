"""Events: typed columns where an event says something, NULL where it does not."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.event_rows import event_row


def event(kind: str, before: Any, after: Any) -> dict[str, Any]:
    row = event_row(
        {
            "id": "01h",
            "type": kind,
            "created_at": 1654014416,
            "value_before": before,
            "value_after": after,
        },
        7,
    )
    return {
        key: value
        for key, value in row.items()
        if key.startswith(("before_", "after_")) and value is not None
    }


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
        ("sale_field_changed", [], [{"sale_field_value": []}], {}),
        ("lead_deleted", [], [], {}),
        ("lead_added", None, [{"note": {"id": 1}}], {}),
        ("custom_field_5_value_changed", [{"custom_field_value": {"text": "x"}}], "?", {}),
    ],
)
def test_events_are_parsed_where_they_say_something(
    kind: str, before: Any, after: Any, typed: dict[str, Any]
) -> None:
    assert event(kind, before, after) == typed


def test_event_without_id_or_with_a_flipped_number_is_named() -> None:
    with pytest.raises(SourceFormatError, match="no id"):
        event_row({"type": "lead_added"}, 7)
    with pytest.raises(SourceFormatError, match="expected a whole number"):
        event("lead_status_changed", [], [{"lead_status": {"id": "won"}}])
