"""Cards to Arrow: spellings that pass, types that do not, and every kopeck."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.amocrm.batches import Batch
from ingestion.sources.amocrm.cards import COMPANY, CONTACT, LEAD
from ingestion.sources.amocrm.parsing import parse_page

SEEN = datetime(2026, 10, 31, tzinfo=UTC)


def lead(**more: Any) -> dict[str, Any]:
    return {"id": 1, "price": 100, "updated_at": 1654014416, "_embedded": {"tags": []}, **more}


def rows(*items: dict[str, Any], what: str = "lead", columns: Any = LEAD) -> list[dict[str, Any]]:
    batch = Batch(what, columns)
    batch.add(list(items))
    found: list[dict[str, Any]] = batch.take(7, SEEN).to_pylist()
    return found


def row(item: dict[str, Any]) -> dict[str, Any]:
    return rows(item)[0]


class Answer:
    """An answer with a body of one card."""

    def __init__(self, text: str) -> None:
        self.content = text.encode()


def parsed(text: str) -> Any:
    return parse_page(Answer(text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "price"),
    [
        (lead(), "100.00"),
        (lead(price="100.10"), "100.10"),
        (lead(price=100.1), "100.10"),
        (lead(price_with_minor_units="100.555"), "100.56"),
        (lead(price_with_minor_units=Decimal("1.005")), "1.01"),
        (lead(price_with_minor_units=0), "0.00"),
        (lead(price_with_minor_units=""), "100.00"),
        (lead(price=""), None),
        (lead(price=None), None),
    ],
)
def test_price_prefers_kopecks_and_stays_exact(item: dict[str, Any], price: str | None) -> None:
    assert row(item)["price"] == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    "price", ["46333.10", "9999999999999999.99", "-0.01", "1.005", "1e3", "4.6333E4"]
)
def test_a_price_never_passes_through_a_binary_fraction(price: str) -> None:
    item = parsed('{"id": 1, "price": 1, "price_with_minor_units" : ' + price + "}")
    assert item["price_with_minor_units"] == price
    found = row(item)
    expected = Decimal(price).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert found["price"] == expected
    assert Decimal(str(orjson.loads(found["raw_json"])["price_with_minor_units"])) == Decimal(
        str(float(price))
    )


def test_text_that_looks_like_a_price_is_left_alone() -> None:
    text = r'{"name": "\"price_with_minor_units\": 5, x_with_minor_units", "a": 1.5}'
    assert parsed(text) == orjson.loads(text)


def test_half_of_an_emoji_is_replaced() -> None:
    assert parsed(r'{"a": "x\ud83d", "b": "\ud83d\ude00", "c": "\ude00"}') == {
        "a": "x\ufffd",
        "b": "\U0001f600",
        "c": "\ufffd",
    }


@pytest.mark.parametrize("reason", [{"id": 5, "name": "Дорого"}, [{"id": 5, "name": "Дорого"}]])
def test_loss_reason_may_be_an_object_or_an_array(reason: Any) -> None:
    assert row(lead(_embedded={"loss_reason": reason}))["loss_reason_name"] == "Дорого"


@pytest.mark.parametrize("reason", [[], None, {}])
def test_no_loss_reason(reason: Any) -> None:
    assert row(lead(_embedded={"loss_reason": reason}))["loss_reason_name"] is None


def test_lead_links_and_source() -> None:
    embedded = {
        "contacts": [{"id": "8", "is_main": False}, {"id": 9, "is_main": True, "_links": {}}],
        "companies": [{"id": "30"}],
        "source": {"id": 61, "name": "Телефония"},
        "tags": [{"id": 1, "name": "опт", "color": None}],
    }
    found = row(lead(_embedded=embedded))
    assert found["main_contact_id"] == 9
    assert orjson.loads(found["contacts"]) == [
        {"id": "8", "is_main": False},
        {"id": 9, "is_main": True},
    ]
    assert (found["company_id"], found["source_id"], found["source_name"]) == (30, 61, "Телефония")
    assert orjson.loads(found["tags"]) == [{"id": 1, "name": "опт", "color": None}]
    assert found["catalog_elements"] is None


def test_the_rest_of_the_item_is_kept_without_links() -> None:
    item = lead(
        _links={"self": {"href": "https://x/leads/1?secret"}},
        price_with_minor_units="46333.5",
        new_key={"a": [1]},
        custom_fields_values=[{"field_id": 5, "values": [{"value": "x"}]}],
        _embedded={"companies": [{"id": 9, "_links": {}}], "novelty": {"id": 1, "_links": {}}},
    )
    found = row(item)
    rest = orjson.loads(found["raw_json"])
    assert "_links" not in found["raw_json"]
    assert rest["price_with_minor_units"] == 46333.5
    assert rest["new_key"] == {"a": [1]}
    assert rest["_embedded"] == {"companies": [{"id": 9}], "novelty": {"id": 1}}
    assert "custom_fields_values" not in rest
    assert orjson.loads(found["custom_fields_values"])[0]["field_id"] == 5


@pytest.mark.parametrize(
    ("empty", "expected"),
    [(None, None), ([], None), ("", None), ({}, None), ({"field_id": 5}, '[{"field_id":5}]')],
)
def test_custom_fields_may_be_nothing_or_one(empty: Any, expected: str | None) -> None:
    assert row(lead(custom_fields_values=empty))["custom_fields_values"] == expected


def test_numbers_in_strings_and_empty_strings_pass() -> None:
    found = row(
        lead(
            **{"pipeline_id": "12", "status_id": "", "created_at": "1654014416", "closed_at": 0},
            **{"labor_cost": 60.0, "name": 5, "is_deleted": "0"},
        )
    )
    assert (found["pipeline_id"], found["status_id"], found["closed_at"]) == (12, None, None)
    assert found["created_at"] == datetime(2022, 5, 31, 16, 26, 56, tzinfo=UTC)
    assert (found["labor_cost"], found["name"], found["is_deleted"]) == (60, "5", False)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"price": "12к"}, r"lead 1: price is '12к', expected an amount"),
        ({"price_with_minor_units": "12к"}, r"lead 1: price_with_minor_units is '12к'"),
        ({"price": "NaN"}, "expected an amount"),
        ({"price": True}, "expected an amount"),
        ({"price": 10**17}, "expected an amount"),
        ({"updated_at": "yesterday"}, "updated_at is 'yesterday', expected a whole number"),
        ({"closed_at": 1654014416000}, "lead 1: closed_at is 1654014416000, expected unix seconds"),
        ({"pipeline_id": 1.5}, "lead 1: pipeline_id is 1.5, expected a whole number"),
        ({"pipeline_id": 1.2e21}, "expected a whole number"),
        ({"pipeline_id": True}, "expected a whole number"),
        ({"name": {"first": "x"}}, "expected text"),
        ({"is_deleted": "maybe"}, "expected true or false"),
        ({"id": None}, "lead: id is None, expected a whole number"),
        ({"_embedded": {"contacts": [5]}}, "lead 1: in contacts, '5' is not an object"),
        ({"_embedded": {"companies": [5]}}, "lead 1: in companies, '5' is not an object"),
        ({"custom_fields_values": "none"}, "in custom_fields_values, 'none' is not an object"),
    ],
)
def test_a_flipped_type_is_named_with_its_card(more: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceFormatError, match=words):
        rows(lead(id=0), lead(**more))


def test_contact_and_company_without_anything_but_an_id() -> None:
    contact = rows({"id": 4, "custom_fields_values": []}, what="contact", columns=CONTACT)[0]
    assert (contact["contact_id"], contact["company_id"], contact["account_id"]) == (4, None, 7)
    assert contact["custom_fields_values"] is None
    company = rows({"id": 5}, what="company", columns=COMPANY)[0]
    assert (company["company_id"], company["is_deleted"]) == (5, False)
    assert company["last_seen_at"] == SEEN


def test_a_batch_starts_anew_when_it_was_taken() -> None:
    batch = Batch("lead", LEAD)
    batch.add([lead(), lead(id=2)])
    assert len(batch) == 2
    assert batch.take(7, SEEN).num_rows == 2
    assert len(batch) == 0
