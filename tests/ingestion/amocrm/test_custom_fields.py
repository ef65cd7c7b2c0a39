"""Values of custom fields as text: every kind of value the documentation lists, and others."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.sources.amocrm.custom_fields import value_text

ITEMS = {"sku": "A1", "unit_price": Decimal("10.50"), "_links": {}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("текст", "текст"),
        ("12.50", "12.50"),
        (Decimal("12.50"), "12.50"),
        (1654014416, "1654014416"),
        (True, "true"),
        (False, "false"),
        (None, None),
        (ITEMS, '{"sku": "A1", "unit_price": 10.5}'),
        ([1, 2], "[1, 2]"),
    ],
)
def test_a_value_as_text(value: Any, expected: str | None) -> None:
    assert value_text(value) == expected
