"""Custom field values of an item as long rows: one per value, whatever the field's type is."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links

Row = dict[str, Any]


def value_rows(item: Item) -> Iterator[Row]:
    """Rows of ``<entity>__custom_field_values`` in the API's order.

    Field types are not enumerated: amoCRM adds them without notice, and a value of an unknown type
    is kept as text or JSON all the same.
    """
    for part in as_list(item.get("custom_fields_values")):
        field = Fields(part, "custom field")
        head = {
            "field_id": field.integer("field_id"),
            "code": field.text("field_code"),
            "name": field.text("field_name"),
            "type": field.text("field_type"),
        }
        for index, value in enumerate(as_list(field.item.get("values"))):
            yield head | {"value_index": index} | _value(value)


def _value(value: Any) -> Row:
    # chained_list has no "value" key: its whole object is the value
    if not isinstance(value, Mapping) or "value" not in value:
        return {"value": value_text(value), "enum_id": None, "enum_code": None}
    code = value.get("enum_code")
    return {
        "value": value_text(value["value"]),
        "enum_id": _enum_id(value.get("enum_id")),
        "enum_code": None if code is None else str(code),
    }


def value_text(value: Any) -> str | None:
    """A scalar as text (true/false for a checkbox), an object or a list as JSON text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping | list):
        return json.dumps(without_links(value), ensure_ascii=False)
    return str(value)


def _enum_id(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None
