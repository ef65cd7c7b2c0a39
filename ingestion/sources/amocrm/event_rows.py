"""Events to rows: what changed, before and after, in typed columns."""

from typing import Any

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.custom_fields import Row
from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links


def event_row(item: Item, account_id: int) -> Row:
    """One row of ``events``; typed columns are NULL for a type they say nothing about.

    Raises:
        SourceFormatError: no id, or a number that is none.
    """
    event = Fields(item, "event")
    event_id = event.text("id")
    if not event_id:
        raise SourceFormatError("amoCRM event: it has no id; the API has changed, report it")
    return {
        "account_id": account_id,
        "event_id": event_id,
        "type": event.text("type"),
        "entity_type": event.text("entity_type"),
        "entity_id": event.integer("entity_id"),
        "created_by": event.integer("created_by"),
        "created_at": event.moment("created_at"),
        **_side("before", event.item.get("value_before")),
        **_side("after", event.item.get("value_after")),
        "raw_json": without_links(item),
    }


def _side(side: str, value: Any) -> Row:
    """``value_before`` or ``value_after``: ``[]``, ``[{...}]`` or an object."""
    what = f"event's value_{side}"
    status = _part(value, "lead_status", what)
    responsible = _part(value, "responsible_user", what)
    sale = _part(value, "sale_field_value", what)
    exact = sale.money("sale_with_minor_units")
    return {
        f"{side}_status_id": status.integer("id"),
        f"{side}_pipeline_id": status.integer("pipeline_id"),
        f"{side}_responsible_user_id": responsible.integer("id"),
        f"{side}_price": sale.money("sale") if exact is None else exact,
    }


def _part(value: Any, name: str, what: str) -> Fields:
    for entry in as_list(value):
        if isinstance(entry, dict) and isinstance(entry.get(name), dict):
            return Fields(entry[name], f"{what}.{name}")
    return Fields({}, what)
