"""Lists of the local amoCRM: dictionaries, paging, filters, orders, rows that move."""

from collections.abc import Iterator

import pytest

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.running import Services, serve
from tests.sandbox.servers_client import get, ids, items, walk
from tests.sandbox.small import moment, small_company

LIVE = [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1011, 1012]
BY_UPDATED = [1004, 1005, 1002, 1011, 1001, 1003, 1006, 1007, 1012, 1008]


@pytest.fixture
def services() -> Iterator[Services]:
    with serve(small_company(), Faults(rate_limit_per_second=None)) as running:
        yield running


def test_account_tells_only_what_is_asked(services: Services) -> None:
    plain = get(services, "account").json()
    assert (plain["id"], plain["subdomain"], plain["currency"]) == (777, "small", "RUB")
    assert "is_api_filter_enabled" not in plain
    assert "_embedded" not in plain
    full = get(services, "account?with=is_api_filter_enabled,datetime_settings,task_types").json()
    assert full["is_api_filter_enabled"] is True
    assert full["_embedded"]["datetime_settings"]["timezone"] == "Europe/Moscow"
    assert full["_embedded"]["datetime_settings"]["timezone_offset"] == "+03:00"
    assert full["_embedded"]["task_types"][0]["code"] == "FOLLOW_UP"


def test_users_who_left_are_not_listed(services: Services) -> None:
    users = items(services, "users?limit=250")
    assert [u["id"] for u in users] == [11, 12, 13]
    assert [u["rights"]["is_active"] for u in users] == [True, True, False]


def test_won_and_lost_repeat_in_every_pipeline_and_removed_stages_are_gone(
    services: Services,
) -> None:
    pipelines = items(services, "leads/pipelines", "pipelines")
    stages = [[s["id"] for s in p["_embedded"]["statuses"]] for p in pipelines]
    assert stages == [[1010, 1011, 1012, 1013, 142, 143], [1021, 1022, 142, 143]]
    assert pipelines[0]["_embedded"]["statuses"][0]["type"] == 1


def test_removed_loss_reasons_are_not_listed(services: Services) -> None:
    listed = items(services, "leads/loss_reasons", "loss_reasons")
    assert [reason["id"] for reason in listed] == [901, 902]


def test_custom_fields_are_listed_by_entity(services: Services) -> None:
    fields = {f["id"]: f for f in items(services, "leads/custom_fields", "custom_fields")}
    assert fields[501]["code"] == "UTM_SOURCE"
    assert fields[501]["type"] == "tracking_data"
    assert fields[508]["enums"][0]["value"] == "Опт"
    assert [f["code"] for f in items(services, "contacts/custom_fields", "custom_fields")] == [
        "PHONE",
        "EMAIL",
        None,
    ]
    assert get(services, "customers/custom_fields").status_code == 204


def test_a_page_is_hal_with_links_that_repeat_the_query(services: Services) -> None:
    response = get(services, "leads?limit=3&page=2&order[id]=asc")
    assert response.headers["content-type"] == "application/hal+json"
    body = response.json()
    assert body["_page"] == 2
    assert set(body["_links"]) == {"self", "next", "first", "prev"}
    assert "page=3" in body["_links"]["next"]["href"]
    first = body["_embedded"]["leads"][0]["_links"]["self"]["href"]
    assert first.startswith(f"{services.amocrm_url}/api/v4/leads/1004?")
    assert "limit=3" in first
    services.faults.echo_query_in_links = False
    plain = items(services, "leads?limit=1")[0]["_links"]["self"]["href"]
    assert plain.endswith("/leads/1001")


def test_the_last_page_may_have_a_next_link_and_then_204(services: Services) -> None:
    assert "next" not in get(services, "leads?limit=7&page=2").json()["_links"]
    assert "next" in get(services, "leads?limit=5&page=2").json()["_links"]  # full: cannot know
    services.faults.next_on_last_page = True
    assert "next" in get(services, "leads?limit=7&page=2").json()["_links"]
    beyond = get(services, "leads?limit=7&page=3")
    assert (beyond.status_code, beyond.content) == (204, b"")


def test_an_empty_list_is_204_or_an_empty_array(services: Services) -> None:
    services.company.companies.clear()
    assert get(services, "companies").status_code == 204
    services.faults.empty_as_204 = False
    assert get(services, "companies").json()["_embedded"] == {"companies": []}


def test_an_answer_of_204_in_the_middle_comes_once(services: Services) -> None:
    services.faults.empty_page_once = 2
    statuses = [get(services, f"leads?limit=3&page={page}").status_code for page in (1, 2, 2, 3)]
    assert statuses == [200, 204, 200, 200]


def test_limits_over_the_maximum_fall_back_to_fifty(services: Services) -> None:
    template = services.company.contacts[0]
    services.company.contacts = [type(template)(n, "Имя", 11, n, n) for n in range(1, 301)]
    assert len(ids(services, "contacts")) == 50
    assert len(ids(services, "contacts?limit=250")) == 250
    assert len(ids(services, "contacts?limit=251")) == 50
    services.faults.page_cap = 40
    assert len(walk(services, "contacts?limit=250")) == 300
    assert len(ids(services, "contacts?limit=250")) == 40


def test_the_next_link_may_forget_parameters(services: Services) -> None:
    services.faults.next_drops_parameters = True
    href = get(services, "leads?limit=3&order[updated_at]=desc").json()["_links"]["next"]["href"]
    assert href.endswith("/leads?page=2&limit=3")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("order[updated_at]=asc", BY_UPDATED),
        ("order[updated_at]=desc", BY_UPDATED[::-1]),
        ("order[id]=desc", LIVE[::-1]),
        ("order[created_at]=asc", [*LIVE[:7], 1011, 1012, 1008]),
        ("order[price]=asc", LIVE),
    ],
)
def test_leads_are_ordered(services: Services, order: str, expected: list[int]) -> None:
    assert walk(services, f"leads?limit=4&{order}") == expected


def test_the_paid_filter_works_when_bought(services: Services) -> None:
    since, until = moment("2026-10-01 15:00"), moment("2026-10-12 16:00")
    span = f"filter[updated_at][from]={since}&filter[updated_at][to]={until}"
    assert ids(services, f"leads?{span}") == [1003, 1006, 1007]  # both ends belong
    assert ids(services, f"leads?filter[created_at][from]={moment('2026-09-30 23:59')}.5") == [1008]
    assert ids(services, "leads?filter[id][]=1001&filter[id][]=1002") == [1001, 1002]
    assert ids(services, f"leads?filter[updated_at]={since}") == []
    assert ids(services, f"contacts?filter[updated_at][from]={moment('2027-01-01 00:00')}") == []


def test_the_paid_filter_is_silently_ignored_when_not_bought(services: Services) -> None:
    services.faults.alpha_filter = False
    assert (
        get(services, "account?with=is_api_filter_enabled").json()["is_api_filter_enabled"] is False
    )
    assert ids(services, "leads?filter[id][]=1001") == LIVE
    assert ids(services, "tasks?filter[is_completed]=1") == [402, 403]


def test_no_filter_works_when_told_so(services: Services) -> None:
    services.faults.ignore_filter = True
    assert ids(services, "leads?filter[id][]=1001") == LIVE
    assert len(ids(services, "tasks?filter[is_completed]=1")) == 3
    assert len(ids(services, "events?limit=100&filter[type]=lead_deleted")) == 24


def test_tasks_filter_freely_and_have_no_order_by_update(services: Services) -> None:
    since = moment("2026-09-15 10:00")
    assert ids(services, f"tasks?filter[updated_at][from]={since}") == [401, 402]
    assert ids(services, f"tasks?filter[updated_at]={since}") == [401, 402]
    assert ids(services, f"tasks?filter[updated_at][to]={since - 1}") == [403]
    assert ids(services, "tasks?order[updated_at]=desc") == [401, 402, 403]
    assert ids(services, "tasks?order[created_at]=desc") == [401, 403, 402]
    assert ids(services, "tasks?filter[entity_type]=contacts") == [403]


def test_rows_touched_during_a_walk_are_skipped_forwards_and_repeated_backwards(
    services: Services,
) -> None:
    services.faults.mutate_between_pages = 1
    forwards = walk(services, "leads?limit=4&order[updated_at]=asc")
    assert set(forwards) < set(LIVE)
    backwards = walk(services, "leads?limit=4&order[updated_at]=desc")
    assert len(backwards) > len(set(backwards))


def test_a_test_may_change_the_company_between_pages(services: Services) -> None:
    def lose_one(company: Company) -> None:
        company.leads = [row for row in company.leads if row.id != 1001]

    services.faults.mutate_between_pages = lose_one
    found = walk(services, "leads?limit=3&order[id]=asc")
    assert found == [row for row in LIVE if row != 1004]  # it moved to a page already read


def test_changes_between_walks_show_without_further_ado(services: Services) -> None:
    ids(services, "leads?limit=250")
    changed = services.company.leads[0]
    changed.name, changed.updated_at = "Переименована", moment("2026-10-31 20:00")
    assert ids(services, "leads?limit=250&order[updated_at]=desc")[0] == 1001
    assert items(services, "leads?filter[id][]=1001")[0]["name"] == "Переименована"
