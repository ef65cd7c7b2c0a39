"""A value of a custom field as text, whatever the field's type is."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ingestion.sources.amocrm.fields import without_links


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
