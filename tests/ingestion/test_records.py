"""Records of JSON APIs as rows of whole days: readers of values, and where broken records go."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.records import (
    BrokenRecordError,
    DayTable,
    as_boolean,
    as_json,
    as_text,
    as_whole,
    day_columns,
    field_columns,
    read_record,
)

SPAN = (date(2026, 10, 1), date(2026, 10, 3))


@pytest.mark.parametrize(
    ("reader", "value", "found"),
    [
        (as_text, None, None),
        (as_text, "", ""),
        (as_text, 12, "12"),
        (as_text, Decimal("1.50"), "1.50"),
        (as_whole, "", None),
        (as_whole, "12", 12),
        (as_whole, Decimal("12.0"), 12),
        (as_whole, "-3", -3),
        (as_boolean, "TRUE", True),
        (as_boolean, 0, False),
        (as_boolean, "", None),
        (as_boolean, True, True),
        (as_json, None, None),
        (as_json, [{"a": "ё"}], '[{"a": "ё"}]'),
        (as_json, {"a": Decimal("1.5")}, '{"a": "1.5"}'),
    ],
)
def test_values_are_read_however_they_are_written(
    reader: Callable[[Any], Any], value: Any, found: Any
) -> None:
    assert reader(value) == found


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (as_text, True),
        (as_text, []),
        (as_whole, "1.5"),
        (as_whole, "many"),
        (as_whole, True),
        (as_whole, {}),
        (as_boolean, "maybe"),
        (as_boolean, 2),
    ],
)
def test_another_kind_of_value_breaks_the_record(reader: Callable[[Any], Any], value: Any) -> None:
    with pytest.raises(BrokenRecordError, match=f'a.b "{value!s}"'.replace("[", "\\[")):
        read_record({"a": {"b": value}}, {"column": ("a.b", reader)})


def test_nested_and_absent_fields() -> None:
    fields = {"deep": ("a.b.c", as_text), "absent": ("x.y", as_whole)}
    assert read_record({"a": {"b": {"c": "found"}}}, fields) == {"deep": "found", "absent": None}
    assert read_record({"a": None}, fields) == {"deep": None, "absent": None}
    with pytest.raises(BrokenRecordError, match="not an object"):
        read_record(["a"], fields)


def table() -> DayTable:
    def read(record: Any) -> dict[str, Any]:
        if "broken" in record:
            raise BrokenRecordError("it is broken")
        return {"day": record["day"]}

    return DayTable("api: report", "day", read, lambda record: record.get("day"), {"key": 1})


def test_every_day_has_a_row_and_broken_records_keep_theirs() -> None:
    first, second, third = (date(2026, 10, n) for n in (1, 2, 3))
    far = date(2030, 1, 1)
    records = [{"day": first}, {"day": first}, {"day": second, "broken": 1}, {"day": first}]
    rows = table().rows([*records, {"day": far, "broken": 1}], SPAN, today=third)
    assert [(row["day"], row["is_empty_day"], row["is_provisional"]) for row in rows] == [
        (first, False, False),
        (first, False, False),
        (second, False, False),
        (first, False, False),
        (first, False, False),  # of a day that nobody asked for: kept under the first
        (third, True, True),
    ]
    assert rows[2]["malformed_reason"] == "it is broken"
    assert "2026-10-02" in rows[2]["raw_record"]


def test_mostly_broken_records_are_another_api() -> None:
    records: list[dict[str, Any]] = [{"day": SPAN[0]}, {"broken": 1}]
    assert table().rows(records, SPAN, SPAN[1])
    with pytest.raises(SourceFormatError, match=r"2 of 3 records .* \(it is broken\)"):
        table().rows([*records, {"broken": 1}], SPAN, SPAN[1])


def test_no_two_columns_share_their_hints() -> None:
    hints = day_columns("key", "text", "day") | field_columns({"a": ("a", as_text)})
    assert len({id(hint) for hint in hints.values()}) == len(hints)
