"""The feed of events of the local amoCRM."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.faults import Faults
from sandbox.model import Event
from sandbox.running import Services, serve
from tests.sandbox.servers_client import get, ids, items, walk
from tests.sandbox.small import AS_OF, moment, small_company


@pytest.fixture
def services() -> Iterator[Services]:
    with serve(small_company(), Faults(rate_limit_per_second=None)) as running:
        yield running


def many(services: Services, count: int) -> None:
    services.company.events = [
        Event(f"01k{n:05d}", "lead_added", 1001, "lead", 0, 1_790_000_000 + n) for n in range(count)
    ]


def test_a_status_change_names_both_pipelines(services: Services) -> None:
    query = "events?filter[type]=lead_status_changed&filter[entity]=lead&filter[entity_id][]=1007"
    rows = sorted(items(services, query), key=lambda row: row["created_at"])
    assert rows[0]["value_before"] == [{"lead_status": {"id": 1011, "pipeline_id": 101}}]
    assert rows[0]["value_after"] == [{"lead_status": {"id": 1021, "pipeline_id": 102}}]
    assert rows[0]["_embedded"]["entity"]["id"] == 1007
    assert rows[0]["account_id"] == 777
    assert rows[0]["_links"]["self"]["href"].startswith(f"{services.amocrm_url}/api/v4/events/")


def test_a_deletion_has_no_values(services: Services) -> None:
    (deleted,) = items(services, "events?filter[type][]=lead_deleted")
    assert (deleted["value_before"], deleted["value_after"]) == ([], [])


def test_types_come_as_a_list_or_with_commas(services: Services) -> None:
    commas = ids(services, "events?filter[type]=lead_deleted,sale_field_changed")
    brackets = ids(services, "events?filter[type][]=lead_deleted&filter[type][]=sale_field_changed")
    assert set(commas) == set(brackets)
    assert len(commas) == 2


def test_the_window_includes_both_ends_in_both_notations(services: Services) -> None:
    since, until = moment("2026-09-20 10:00"), moment("2026-09-20 12:00")
    brackets = f"events?filter[created_at][from]={since}&filter[created_at][to]={until}"
    rows = items(services, brackets)
    assert {row["created_at"] for row in rows} == {since, until}
    assert len(rows) == 3
    assert ids(services, f"events?filter[created_at]={since},{until}") == [r["id"] for r in rows]


def test_the_type_filter_within_a_window(services: Services) -> None:
    since = moment("2026-10-15 10:00")
    query = f"events?filter[created_at][from]={since}&filter[created_at][to]={since}"
    both = items(services, query)
    assert {row["type"] for row in both} == {"entity_responsible_changed", "sale_field_changed"}
    assert len(ids(services, f"{query}&filter[type]=sale_field_changed")) == 1


def test_an_entity_id_without_an_entity_is_refused(services: Services) -> None:
    refused = get(services, "events?filter[entity_id][]=1001")
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["validation-errors"][0]["errors"][0]["path"] == "filter.entity"


def test_a_page_holds_a_hundred_unless_the_account_is_kommos(services: Services) -> None:
    many(services, 260)
    assert len(ids(services, "events")) == 50
    assert len(ids(services, "events?limit=100")) == 100
    assert len(ids(services, "events?limit=250")) == 50
    services.faults.events_limit = 250
    assert len(ids(services, "events?limit=250")) == 250


def test_every_event_is_on_some_page_but_no_order_is_kept(services: Services) -> None:
    many(services, 260)
    found = walk(services, "events?limit=100")
    assert sorted(found) == [event.id for event in services.company.events]
    assert found not in (sorted(found), sorted(found, reverse=True))


def test_young_events_are_not_indexed_yet(services: Services) -> None:
    young = Event("01zyoung", "lead_added", 1001, "lead", 0, int(AS_OF.timestamp()) - 60)
    services.company.events.append(young)
    assert "01zyoung" in ids(services, "events?limit=100")
    services.faults.events_delay_seconds = 600
    assert "01zyoung" not in ids(services, "events?limit=100")
    services.faults.now = int((AS_OF + timedelta(minutes=10)).timestamp())
    assert "01zyoung" in ids(services, "events?limit=100")


def test_budget_events_carry_kopecks_only_when_switched_on(services: Services) -> None:
    query = "events?filter[type]=sale_field_changed"
    assert items(services, query)[0]["value_after"] == [{"sale_field_value": {"sale": 8000}}]
    services.faults.minor_units = True
    assert items(services, query)[0]["value_before"] == [
        {"sale_field_value": {"sale": 6000, "sale_with_minor_units": 6000.0}}
    ]


def test_an_empty_window_is_204(services: Services) -> None:
    assert (
        get(services, "events?filter[created_at][from]=1&filter[created_at][to]=2").status_code
        == 204
    )
