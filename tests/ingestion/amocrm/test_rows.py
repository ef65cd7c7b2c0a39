"""Items to rows: spellings that pass, types that do not."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.rows import (
    account_row,
    contact_row,
    deleted_lead_row,
    lead_row,
    status_rows,
    task_row,
    user_row,
)

SEEN = datetime(2026, 10, 31, tzinfo=UTC)


def lead(**more: Any) -> dict[str, Any]:
    return {"id": 1, "price": 100, "updated_at": 1654014416, "_embedded": {"tags": []}, **more}


@pytest.mark.parametrize(
    ("item", "price"),
    [
        (lead(), Decimal("100.00")),
        (lead(price="100.10"), Decimal("100.10")),
        (lead(price_with_minor_units=Decimal("100.555")), Decimal("100.56")),
        (lead(price_with_minor_units=0), Decimal("0.00")),
        (lead(price=None), None),
    ],
)
def test_price_prefers_kopecks_and_stays_exact(item: dict[str, Any], price: Decimal | None) -> None:
    found = lead_row(item, 7)["price"]
    assert found == price
    assert found is None or isinstance(found, Decimal)


@pytest.mark.parametrize("reason", [{"id": 5, "name": "Дорого"}, [{"id": 5, "name": "Дорого"}]])
def test_loss_reason_may_be_an_object_or_an_array(reason: Any) -> None:
    assert lead_row(lead(_embedded={"loss_reason": reason}), 7)["loss_reason_name"] == "Дорого"


@pytest.mark.parametrize("reason", [[], None, {}])
def test_no_loss_reason(reason: Any) -> None:
    assert lead_row(lead(_embedded={"loss_reason": reason}), 7)["loss_reason_name"] is None


def test_lead_links_and_source() -> None:
    embedded = {
        "contacts": [{"id": "8", "is_main": False}, {"id": 9, "is_main": True}],
        "companies": [{"id": 30}],
        "source": {"id": 61, "name": "Телефония"},
        "tags": [{"id": 1, "name": "опт"}],
    }
    row = lead_row(lead(_embedded=embedded), 7)
    assert row["main_contact_id"] == 9
    assert [link["contact_id"] for link in row["contacts"]] == [8, 9]
    assert (row["company_id"], row["source_id"], row["source_name"]) == (30, 61, "Телефония")
    assert row["tags"] == ["опт"]


def test_raw_item_is_kept_without_links_and_with_plain_numbers() -> None:
    item = lead(
        _links={"self": {"href": "https://x/leads/1?secret"}},
        price_with_minor_units=Decimal("46333.5"),
        new_key={"a": [1]},
        _embedded={"contacts": [{"id": 9, "_links": {}}]},
    )
    raw = lead_row(item, 7)["raw_json"]
    assert "_links" not in raw
    assert raw["price_with_minor_units"] == 46333.5
    assert raw["new_key"] == {"a": [1]}
    assert raw["_embedded"] == {"contacts": [{"id": 9}]}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"price": "12к"}, r"lead 1: price is '12к', expected an amount"),
        ({"price": "NaN"}, "expected an amount"),
        ({"price": True}, "expected an amount"),
        ({"updated_at": "yesterday"}, "updated_at is 'yesterday', expected a whole number"),
        ({"closed_at": 1654014416000}, "expected unix seconds"),
        ({"pipeline_id": Decimal("1.5")}, "expected a whole number"),
        ({"name": {"first": "x"}}, "expected text"),
        ({"is_deleted": "maybe"}, "expected true or false"),
        ({"id": None}, "expected a whole number"),
        ({"_embedded": {"contacts": [5]}}, "5 is not an object"),
    ],
)
def test_a_flipped_type_is_named(more: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceFormatError, match=words):
        lead_row(lead(**more), 7)


def test_tombstone_of_a_stub() -> None:
    stub = dict.fromkeys(lead()) | {"id": 3, "updated_at": "1654014416", "updated_by": 12}
    assert deleted_lead_row(stub, 7) == {
        "account_id": 7,
        "lead_id": 3,
        "deleted_at": datetime(2022, 5, 31, 16, 26, 56, tzinfo=UTC),
        "deleted_by": 12,
    }


def test_contact_without_anything_but_an_id() -> None:
    row = contact_row({"id": 4, "custom_fields_values": []}, 7)
    assert row["company_id"] is None
    assert row["custom_field_values"] == []


def test_users_without_rights_and_statuses_of_a_pipeline() -> None:
    assert user_row({"id": 4, "rights": None}, 7, SEEN)["is_admin"] is None
    pipeline = {"id": 2, "_embedded": {"statuses": [{"id": 142, "name": "Успех", "type": 0}]}}
    assert [row["status_id"] for row in status_rows(pipeline, 7, SEEN)] == [142]


def test_account_links_open_in_its_own_host() -> None:
    zone = {"datetime_settings": {"timezone": "Asia/Omsk"}}
    row = account_row({"id": 7, "_embedded": zone}, "https://demo.amocrm.ru/", SEEN)
    assert (row["base_url"], row["timezone"]) == ("https://demo.amocrm.ru", "Asia/Omsk")


@pytest.mark.parametrize(
    ("result", "text"), [([], None), ({"text": "готово"}, "готово"), (None, None)]
)
def test_task_result(result: Any, text: str | None) -> None:
    assert task_row({"id": 4, "result": result}, 7)["result_text"] == text
