"""The local VK Ads: tokens, lists, statistics, limits, and that its money fits the company."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
import requests

from sandbox.company import simulate
from sandbox.feeds.vk_ads import FEED
from sandbox.model import Company, CompanySpec
from sandbox.running import Services, serve
from sandbox.servers.vk_ads import Restatement, VkSwitches
from sandbox.simulation.vk_ads import cabinets
from tests.ingestion.vk_ads.cabinet import EMPTY, OLD, SEARCH, hand_made
from tests.sandbox.small import small_company

DAYS = {"date_from": "2026-10-27", "date_to": "2026-10-28"}


@pytest.fixture(scope="module")
def served() -> Iterator[Services]:
    with serve(small_company(), feeds=["vk_ads"]) as running:
        yield running


@pytest.fixture
def services(served: Services) -> Services:
    state = served.app("vk_ads").state
    state.cabinets[:] = hand_made()
    state.access.forget()
    state.calls.clear()
    vars(served.faults.of(VkSwitches)).update(vars(VkSwitches()))
    return served


def post(services: Services, path: str, client: str = "own", **form: str) -> requests.Response:
    keys = services.app("vk_ads").state.access.credentials(client)
    body = {"client_id": keys.client_id, "client_secret": keys.client_secret, **form}
    return requests.post(f"{services.url('vk_ads')}/api/v2/oauth2/{path}", data=body, timeout=10)


def issue(services: Services, client: str = "own", **form: str) -> requests.Response:
    return post(services, "token.json", client, **{"grant_type": "client_credentials", **form})


def get(services: Services, path: str, token: str | None = None, **query: Any) -> requests.Response:
    token = token or issue(services).json()["access_token"]
    url = f"{services.url('vk_ads')}/api/v2/{path}.json"
    return requests.get(url, query, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def code(response: requests.Response) -> tuple[int, str]:
    body = response.json()
    return response.status_code, body.get("error", body)["code"]


def test_five_tokens_live_and_no_sixth(services: Services) -> None:
    tokens = [issue(services).json() for _ in range(5)]
    assert [token["expires_in"] for token in tokens] == ["86400"] * 5
    assert code(issue(services)) == (403, "token_limit_exceeded")
    # refreshing makes no new one, and the old value is dead
    again = issue(services, grant_type="refresh_token", refresh_token=tokens[0]["refresh_token"])
    assert again.json()["refresh_token"] == tokens[0]["refresh_token"]
    assert code(get(services, "ad_plans", tokens[0]["access_token"])) == (401, "invalid_token")
    assert get(services, "ad_plans", again.json()["access_token"]).status_code == 200
    # another pair of access and user has its own five
    client = {"grant_type": "agency_client_credentials", "agency_client_name": "client@agency"}
    assert issue(services, "agency", **client).status_code == 200
    assert post(services, "token/delete.json").status_code == 204
    assert code(get(services, "ad_plans", tokens[1]["access_token"])) == (401, "invalid_token")
    assert issue(services).status_code == 200
    assert len(services.app("vk_ads").state.access.tokens) == 2


def test_tokens_say_what_is_wrong(services: Services) -> None:
    assert code(issue(services, client_secret="x")) == (401, "invalid_client")
    assert code(issue(services, grant_type="password")) == (400, "ERR_WRONG_PARAMETER")
    assert code(issue(services, grant_type="agency_client_credentials")) == (404, "ERR_WRONG_IDS")
    token = issue(services).json()["access_token"]
    services.app("vk_ads").state.access.expire()
    refused = get(services, "ad_plans", token)
    assert code(refused) == (401, "expired_token")
    assert 'error="expired_token"' in refused.headers["WWW-Authenticate"]


def test_lists_show_what_is_asked_for(services: Services) -> None:
    token = issue(services).json()["access_token"]

    def ids(kind: str, **query: Any) -> list[int]:
        return [item["id"] for item in get(services, kind, token, **query).json()["items"]]

    assert sorted(ids("ad_plans")) == [SEARCH, EMPTY]  # the deleted one is not among them
    everything = {"_status__in": "active,blocked,deleted", "sorting": "-id"}
    assert ids("ad_plans", **everything) == [EMPTY, OLD, SEARCH]
    assert ids("ad_plans", **everything, limit=1, offset=1) == [OLD]
    assert ids("banners", _id__in="301,304") == [301]
    group = get(services, "ad_groups", token, fields="id,ad_plan_id,enable_utm,utm", _id=201)
    assert group.json() == {
        "count": 1,
        "offset": 0,
        "items": [{"id": 201, "ad_plan_id": 101, "enable_utm": True, "utm": None}],
    }
    for wrong in ({"fields": "id,bonus"}, {"limit": 51}, {"sorting": "bonus"}, {"limit": "x"}):
        assert code(get(services, "ad_plans", token, **wrong)) == (400, "validation_failed")
    assert code(get(services, "campaigns", token)) == (404, "ERR_WRONG_RESOURCE")
    wrong_method = requests.post(f"{services.url('vk_ads')}/api/v2/ad_plans.json", timeout=10)
    assert code(wrong_method) == (405, "ERR_WRONG_RESOURCE")


def test_statistics_by_day(services: Services) -> None:
    token = issue(services).json()["access_token"]
    body = get(services, "statistics/ad_plans/day", token, id="101,102", **DAYS).json()
    first, second = body["items"]
    assert [row["date"] for row in first["rows"]] == ["2026-10-27", "2026-10-28"]
    base = first["rows"][0]["base"]
    assert (base["shows"], base["clicks"], base["spent"], base["cpc"]) == (
        1500, 25, "620.15", "24.81",
    )  # fmt: skip
    assert second["rows"][1]["base"]["spent"] == "0"  # a row of zeros
    assert (first["total"]["base"]["spent"], body["total"]["base"]["spent"]) == (
        "1120.14", "1150.14",
    )  # fmt: skip
    banner = get(services, "statistics/banners/day", token, id=304, **DAYS).json()["items"][0]
    assert banner["rows"][1]["base"]["spent"] == "49.99"  # in no list, and yet it cost
    change = Restatement(Decimal("0.5"), gone=frozenset({OLD}))
    services.faults.of(VkSwitches).restated = {date(2026, 10, 27): change}
    services.faults.of(VkSwitches).leaves_zero_days_out = True
    body = get(services, "statistics/ad_plans/day", token, id=["101", "102"], **DAYS).json()
    assert [len(item["rows"]) for item in body["items"]] == [2, 0]
    assert body["items"][0]["rows"][0]["base"]["spent"] == "310.07"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"id": "101,77"}, "ERR_WRONG_ADPLANS"),
        ({"id": ""}, "ERR_WRONG_PARAMETER"),
        ({"id": ",".join(["101"] * 201)}, "ERR_LIMIT_EXCEEDED"),
        ({"id": 101, "date_from": "2025-10-27"}, "ERR_LIMIT_EXCEEDED"),
        ({"id": 101, "date_from": "27.10.2026"}, "ERR_WRONG_DATE"),
        ({"id": 101, "date_from": "2026-10-29"}, "ERR_WRONG_DATE"),
        ({"id": 101, "metrics": "bonus"}, "ERR_WRONG_PARAMETER"),
    ],
)
def test_statistics_that_are_refused(
    services: Services, query: dict[str, Any], expected: str
) -> None:
    path = "statistics/ad_plans/day"
    assert code(get(services, path, **{**DAYS, **query})) == (400, expected)


def test_limits_are_in_every_answer(services: Services) -> None:
    token = issue(services).json()["access_token"]
    services.faults.of(VkSwitches).calls_per_hour = 2
    left = [
        get(services, "ad_plans", token).headers["X-RateLimit-Hourly-Remaining"] for _ in range(3)
    ]
    assert left == ["1", "0", "0"]
    assert get(services, "ad_plans", token).status_code == 429


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec(seed=11, deals=300, months=4))


def test_spend_fits_the_company(company: Company) -> None:
    assert cabinets(company) == cabinets(company)
    (cabinet,) = cabinets(company)
    clicks: dict[tuple[int, date], int] = {}
    for row in cabinet.days:
        key = (cabinet.plan_of(row.banner_id), row.day)
        clicks[key] = clicks.get(key, 0) + row.clicks
    # the mark on the deal is the id of a group: the campaign is another number
    tagged = [
        deal for deal in company.truth["deals"] if deal["recorded_utm_campaign"] == "99218340"
    ]
    assert tagged
    (group,) = (group for group in cabinet.groups if group.id == 99218340)
    assert (group.enable_utm, group.utm) == (True, "")
    moscow = ZoneInfo("Europe/Moscow")
    for deal in tagged:
        assert clicks[group.ad_plan_id, deal["created_at"].astimezone(moscow).date()] > 0
    assert max(row.day for row in cabinet.days) <= date(2026, 10, 31)
    customers = sum(
        deal["true_source"] in ("vk_ads", "vk_retargeting") for deal in company.truth["deals"]
    )
    spent = sum(row.spent for row in cabinet.days)
    assert 2000 * customers < spent < 9000 * customers


def test_truth_counts_banners_of_no_list(company: Company) -> None:
    table = FEED.truth(company)["vk_spend"]
    (cabinet,) = cabinets(company)
    total = sum(table.column("cost_gross").to_pylist())
    assert total == sum(row.spent for row in cabinet.days)
    assert table.schema.field("campaign_id").type == pa.string()
    unlisted = {banner.id for banner in cabinet.banners if not banner.is_listed}
    assert {row.banner_id for row in cabinet.days} & unlisted
    keys = list(
        zip(*(table.column(name).to_pylist() for name in table.column_names[:3]), strict=True)
    )
    assert len(keys) == len(set(keys))
