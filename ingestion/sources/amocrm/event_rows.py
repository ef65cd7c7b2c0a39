"""Events to rows: what changed, before and after, in typed columns; every type passes."""

import re
from collections.abc import Callable
from typing import Any

from ingestion.columns import Row
from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.arrow_rows import json_text
from ingestion.sources.amocrm.custom_fields import value_text
from ingestion.sources.amocrm.fields import Fields, Item, as_list

OF_FIELD = re.compile(r"custom_field_(\d+)_value_changed")
FIELD_CHANGED = "custom_field_value_changed"  # what the documentation calls every one of them


def event_row(item: Item, account_id: int) -> Row:
    """One row of ``events``; typed columns are NULL for a type they say nothing about.

    amoCRM writes a field's number into the type of its events; here the type is one for all
    fields, and the number is ``field_id``.

    Raises:
        SourceFormatError: no id, or a number that is none.
    """
    event = Fields(item, "event")
    event_id = event.text("id")
    if not event_id:
        raise SourceFormatError("amoCRM event: it has no id; the API has changed, report it")
    kind = event.text("type")
    of_field = OF_FIELD.fullmatch(kind or "")
    row: Row = dict.fromkeys(_TYPED)
    row |= {
        "account_id": account_id,
        "event_id": event_id,
        "type": FIELD_CHANGED if of_field else kind,
        "field_id": int(of_field[1]) if of_field else None,
        "entity_type": event.text("entity_type"),
        "entity_id": event.integer("entity_id"),
        "created_by": event.integer("created_by"),
        "created_at": event.moment("created_at"),
        "raw_json": json_text(item),
    }
    for entity in event.embedded("entity"):
        row["linked_talk_contact_id"] = entity.integer("linked_talk_contact_id")
    # what has no "before" of its own is read last from the side that tells it
    for side in ("before", "after"):
        _read_side(row, side, event.item.get(f"value_{side}"))
    for name in _LISTS:
        if row[name] is not None:
            row[name] = json_text(row[name])
    return row


def _read_side(row: Row, side: str, value: Any) -> None:
    """``value_before`` or ``value_after``: ``[]``, ``[{...}]`` or an object."""
    for entry in as_list(value):
        if not isinstance(entry, dict):
            continue
        for name, told in entry.items():
            read = _READERS.get(name)
            if read is not None and isinstance(told, dict):
                read(row, side, Fields(told, f"event's value_{side}.{name}"))


def _status(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_status_id"] = told.integer("id")
    row[f"{side}_pipeline_id"] = told.integer("pipeline_id")


def _customer_status(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_customer_status_id"] = told.integer("id")


def _responsible(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_responsible_user_id"] = told.integer("id")


def _price(row: Row, side: str, told: Fields) -> None:
    exact = told.money("sale_with_minor_units")
    row[f"{side}_price"] = told.money("sale") if exact is None else exact


def _name(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_name"] = told.text("name")


def _field(row: Row, side: str, told: Fields) -> None:
    """The first value in columns; several in a list, the first one in it too."""
    row["field_id"] = told.integer("field_id") or row["field_id"]
    text, enum_id = value_text(told.item.get("text")), told.integer("enum_id") or None
    values, text_column = f"{side}_field_values", f"{side}_field_text"
    if row[values] is not None:
        row[values].append({"text": text, "enum_id": enum_id})
    elif row[text_column] is not None or row[f"{side}_field_enum_id"] is not None:
        first = {"text": row[text_column], "enum_id": row[f"{side}_field_enum_id"]}
        row[values] = [first, {"text": text, "enum_id": enum_id}]
    else:
        row[text_column], row[f"{side}_field_enum_id"] = text, enum_id


def _deadline(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_task_deadline"] = told.moment("timestamp")


def _task_type(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_task_type_id"] = told.integer("id")


def _task(row: Row, side: str, told: Fields) -> None:
    row[f"{side}_task_text"] = told.text("text")


def _link(row: Row, _: str, told: Fields) -> None:
    for part in as_list(told.item.get("entity")):
        entity = Fields(part, f"{told.what}.entity")
        row["linked_entity_type"] = entity.text("type")
        row["linked_entity_id"] = entity.integer("id")


def _tag(row: Row, _: str, told: Fields) -> None:
    row["tags"] = [*(row["tags"] or []), told.text("name")]


def _note(row: Row, _: str, told: Fields) -> None:
    row["note_id"] = told.integer("id")


def _message(row: Row, _: str, told: Fields) -> None:
    row["message_id"] = told.text("id")
    row["message_origin"] = told.text("origin")
    row["talk_id"] = told.integer("talk_id")


def _talk(row: Row, _: str, told: Fields) -> None:
    row["talk_id"] = told.integer("talk_id") or told.integer("id")


def _transaction(row: Row, _: str, told: Fields) -> None:
    row["transaction_id"] = told.integer("id")


def _nps(row: Row, _: str, told: Fields) -> None:
    row["nps_rate"] = told.integer("rate")


_READERS: dict[str, Callable[[Row, str, Fields], None]] = {
    "lead_status": _status,
    "customer_status": _customer_status,
    "responsible_user": _responsible,
    "sale_field_value": _price,
    "name_field_value": _name,
    "custom_field_value": _field,
    "task_deadline": _deadline,
    "task_type": _task_type,
    "task": _task,
    "link": _link,
    "unlink": _link,
    "tag": _tag,
    "note": _note,
    "message": _message,
    "talk": _talk,
    "transaction": _transaction,
    "nps": _nps,
}
_BOTH_SIDES = (
    "status_id", "pipeline_id", "customer_status_id", "responsible_user_id", "price", "name",
    "field_text", "field_enum_id", "field_values", "task_deadline", "task_type_id", "task_text",
)  # fmt: skip
_LISTS = ("before_field_values", "after_field_values", "tags")
_TYPED = (
    *(f"{side}_{name}" for side in ("before", "after") for name in _BOTH_SIDES),
    "linked_entity_type", "linked_entity_id", "tags", "note_id", "message_id", "message_origin",
    "talk_id", "transaction_id", "nps_rate", "linked_talk_contact_id",
)  # fmt: skip
