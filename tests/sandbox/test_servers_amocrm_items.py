"""Items of the local amoCRM's lists: which keys they have, and in which form."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.faults import Faults
from sandbox.running import Services, serve
from tests.sandbox.servers_client import get, ids, items
from tests.sandbox.small import DELETED_LEAD, PURGED_LEAD, moment, small_company

LIVE = [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1011, 1012]


@pytest.fixture
def services() -> Iterator[Services]:
    with serve(small_company(), Faults(rate_limit_per_second=None)) as running:
        yield running


def lead(services: Services, lead_id: int, parameters: str = "") -> dict[str, Any]:
    body: dict[str, Any] = get(services, f"leads/{lead_id}{parameters}").json()
    return body


def test_deleted_leads_are_stubs_in_a_list_of_their_own(services: Services) -> None:
    assert ids(services, "leads") == LIVE
    (stub,) = items(services, "leads?with=only_deleted,contacts")
    known = {key for key, value in stub.items() if value is not None} - {"_links", "_embedded"}
    assert known == {"id", "updated_at", "updated_by", "account_id", "is_deleted"}
    assert (stub["id"], stub["is_deleted"], stub["price"]) == (DELETED_LEAD, True, None)
    assert stub.keys() >= lead(services, 1001).keys()
    for gone in (DELETED_LEAD, PURGED_LEAD, 5):
        response = get(services, f"leads/{gone}")
        assert (response.status_code, response.content) == (204, b"")


def test_a_lead_shows_its_parts_only_when_asked(services: Services) -> None:
    plain = lead(services, 1001)
    assert [tag["name"] for tag in plain["_embedded"]["tags"]] == ["опт", "постоянный"]
    assert plain["_embedded"]["companies"][0]["id"] == 301
    assert not {"contacts", "loss_reason", "source"} & set(plain["_embedded"])
    assert "source_id" not in plain
    linked = lead(services, 1001, "?with=contacts")["_embedded"]["contacts"]
    assert [(c["id"], c["is_main"]) for c in linked] == [(201, True), (202, False)]
    sourced = lead(services, 1003, "?with=source,source_id")
    assert sourced["_embedded"]["source"] == {"id": 61, "name": "Телефония"}
    assert sourced["source_id"] == 61


def test_a_loss_reason_is_an_array_and_outlives_reopening(services: Services) -> None:
    reasons = {
        row["id"]: (row["loss_reason_id"], [r["name"] for r in row["_embedded"]["loss_reason"]])
        for row in items(services, "leads?with=loss_reason")
    }
    assert reasons[1002] == (901, ["Дорого"])
    assert reasons[1005] == (None, [])
    assert reasons[1006] == (902, ["Не дозвонились"])  # open again
    assert reasons[1011] == (903, [])  # the reason was deleted since


def test_price_is_whole_and_kopecks_come_beside_it_when_switched_on(services: Services) -> None:
    assert lead(services, 1001)["price"] == 46333
    assert "price_with_minor_units" not in lead(services, 1001)
    services.faults.minor_units = True
    assert lead(services, 1001)["price_with_minor_units"] == 46333.5
    assert lead(services, 1001)["price"] == 46333


def test_custom_field_values_are_the_filled_ones_or_null(services: Services) -> None:
    assert lead(services, 1004)["custom_fields_values"] is None
    values = {v["field_id"]: v for v in lead(services, 1001)["custom_fields_values"]}
    assert values[501]["field_code"] == "UTM_SOURCE"
    assert values[501]["values"] == [{"value": "yandex"}]
    assert values[507]["values"] == [{"value": moment("2026-09-18 00:00")}]
    assert [v["enum_id"] for v in values[508]["values"]] == [711, 712]
    assert values[509]["values"] == [{"value": True}]
    services.company.custom_fields = [f for f in services.company.custom_fields if f.id != 501]
    assert lead(services, 1001)["custom_fields_values"][0]["field_id"] == 502


def test_contacts_hide_some_that_leads_link_to(services: Services) -> None:
    assert ids(services, "contacts") == [201, 202, 203, 204]
    peter = items(services, "contacts")[0]
    assert (peter["first_name"], peter["last_name"]) == ("Пётр", "Иванов")
    assert peter["custom_fields_values"][0]["field_code"] == "PHONE"
    assert (
        items(services, "companies")[0]["custom_fields_values"][0]["values"][0]["value"]
        == (services.company.companies[0].custom_fields[0].values[0]["value"])
    )


def test_tasks_have_an_empty_array_or_an_object_for_result(services: Services) -> None:
    results = [task["result"] for task in items(services, "tasks")]
    assert results == [[], {"text": "Счёт отправлен"}, []]
