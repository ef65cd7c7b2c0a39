"""The feed of events beside stages: every type, and the rules of its filters."""

from collections.abc import Iterator

import pytest

from sandbox.faults import Faults
from sandbox.running import Services, serve
from tests.sandbox import small_records as known
from tests.sandbox.servers_client import get, items, walk


@pytest.fixture
def services() -> Iterator[Services]:
    company = known.company_with_records()
    with serve(company, Faults(rate_limit_per_second=None), ("amocrm",)) as running:
        yield running


def test_all_events_come_when_no_type_is_asked_for(services: Services) -> None:
    crm = services.company.crm
    assert crm is not None
    expected = len(services.company.events) + len(crm.events)
    assert len(walk(services, "events?limit=10")) == expected


def test_a_change_of_a_field_has_its_number_in_its_type(services: Services) -> None:
    (event,) = items(services, f"events?filter[type]={known.TOLD}")
    assert event["value_after"][0]["custom_field_value"]["text"] == "СЧ-1001"
    both = f"events?filter[type][]={known.TOLD}&filter[type][]=lead_added"
    assert get(services, both).status_code == 400


def test_messages_are_told_as_the_deals_and_found_as_the_contacts(services: Services) -> None:
    query = "events?filter[type]=incoming_chat_message"
    rows = items(services, query)
    assert {row["entity_type"] for row in rows} == {"lead"}
    assert {row["_embedded"]["entity"]["linked_talk_contact_id"] for row in rows} == {203, 204}
    assert len(items(services, f"{query}&filter[entity]=contact")) == 3
    assert get(services, f"{query}&filter[entity]=lead").status_code == 204


def test_ids_need_one_entity_and_are_ten_at_most(services: Services) -> None:
    one = "events?filter[entity_id][]=402&filter[entity][]=task"
    assert {row["type"] for row in items(services, one)} == {
        "task_deadline_changed",
        "task_completed",
    }
    assert get(services, f"{one}&filter[entity][]=lead").status_code == 400
    many = "&".join(f"filter[entity_id][]={n}" for n in range(11))
    assert get(services, f"events?filter[entity]=lead&{many}").status_code == 400


def test_a_merge_names_nobody(services: Services) -> None:
    (merged,) = items(services, "events?filter[type]=entity_merged")
    assert (merged["value_before"], merged["value_after"]) == ([], [])
    found = get(services, f"events/{merged['id']}").json()
    assert found["entity_id"] == 1001
    assert get(services, "events/01nobody").status_code == 204
