"""Custom fields: every type the documentation lists, and one it does not."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.sources.amocrm.custom_fields import value_rows

ITEMS = {"sku": "A1", "unit_price": Decimal("10.50"), "quantity": 2}
PAYER = {"name": "ООО «Клиент»", "vat_id": "7700000016"}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        *((kind, {"value": "текст"}, ("текст", None, None)) for kind in
          ("text", "textarea", "url", "streetaddress", "tracking_data")),
        *((kind, {"value": "12.50"}, ("12.50", None, None)) for kind in
          ("numeric", "price", "monetary")),
        ("numeric", {"value": Decimal("1E+3")}, ("1000", None, None)),
        ("checkbox", {"value": True}, ("true", None, None)),
        ("checkbox", {"value": False}, ("false", None, None)),
        *((kind, {"value": 1789678800}, ("1789678800", None, None)) for kind in
          ("date", "date_time", "birthday")),
        *((kind, {"value": "Опт", "enum_id": 711, "enum_code": "wholesale"},
           ("Опт", 711, "wholesale")) for kind in
          ("select", "multiselect", "radiobutton", "category", "multitext", "smart_address")),
        ("select", {"value": "Опт", "enum_id": "711", "enum_code": None}, ("Опт", 711, None)),
        *((kind, {"value": PAYER}, ('{"name": "ООО «Клиент»", "vat_id": "7700000016"}', None, None))
          for kind in ("legal_entity", "payer", "supplier", "linked_entity")),
        ("items", {"value": ITEMS},
         ('{"sku": "A1", "unit_price": 10.5, "quantity": 2}', None, None)),
        ("file", {"value": {"file_uuid": "u"}}, ('{"file_uuid": "u"}', None, None)),
        ("chained_list", {"catalog_id": 1, "catalog_element_id": 2},
         ('{"catalog_id": 1, "catalog_element_id": 2}', None, None)),
        ("hologram", {"value": [1, 2], "enum_id": "x"}, ("[1, 2]", None, None)),
        ("hologram", {"value": None}, (None, None, None)),
    ],
)  # fmt: skip
def test_custom_field_types(kind: str, value: Any, expected: tuple[Any, ...]) -> None:
    field = {"field_id": 5, "field_name": "Поле", "field_code": None, "field_type": kind}
    (row,) = value_rows({"custom_fields_values": [{**field, "values": [value]}]})
    assert (row["value"], row["enum_id"], row["enum_code"]) == expected
    assert (row["field_id"], row["type"], row["value_index"]) == (5, kind, 0)


@pytest.mark.parametrize("empty", [None, [], [{"field_id": 5, "values": []}]])
def test_no_custom_fields(empty: Any) -> None:
    assert list(value_rows({"custom_fields_values": empty})) == []


def test_several_values_are_numbered() -> None:
    fields = [{"field_id": 5, "values": [{"value": "a"}, {"value": "b"}]}]
    assert [r["value_index"] for r in value_rows({"custom_fields_values": fields})] == [0, 1]
