"""The local Yandex Direct below campaigns: groups, ads, their days; changes, clients, points."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import requests

from sandbox.faults import Rewrite
from sandbox.model import Campaign, SpendDay
from sandbox.running import Services, serve
from sandbox.servers.yandex_direct.switches import DAILY_UNITS, DirectFaults
from sandbox.simulation import direct_ads
from tests.sandbox.servers_client import error_code, report, table
from tests.sandbox.small import LOGIN, small_company

SINCE = "2026-10-30T00:00:00Z"
AD_FIELDS = ["Date", "CampaignId", "AdGroupId", "AdId", "Impressions", "Clicks", "Cost"]


@pytest.fixture(scope="module")
def listening() -> Iterator[Services]:
    with serve(small_company(), feeds=("yandex_direct",)) as running:
        yield running


@pytest.fixture
def services(listening: Services) -> Services:
    switches, fresh = listening.faults.of(DirectFaults), small_company()
    switches.__dict__.update(DirectFaults().__dict__)
    listening.faults.direct_rewritten.clear()
    listening.company.__dict__.update(fresh.__dict__)
    return listening


def ask(
    services: Services,
    service: str,
    params: dict[str, Any],
    *,
    method: str = "get",
    login: str | None = LOGIN,
    token: str = "",
) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or services.direct_token}"}
    if login is not None:
        headers["Client-Login"] = login
    url = f"{services.direct_url}/json/v501/{service}"
    body = {"method": method, "params": params}
    return requests.post(url, json=body, headers=headers, timeout=10)


def below(services: Services, service: str, *ids: int, **more: Any) -> requests.Response:
    criteria = {"SelectionCriteria": {"CampaignIds": list(ids)}}
    return ask(services, service, {**criteria, "FieldNames": ["Id"], **more})


def check(services: Services, *ids: int, since: str = SINCE) -> dict[str, Any]:
    params = {"CampaignIds": list(ids), "Timestamp": since, "FieldNames": ["CampaignsStat"]}
    result: dict[str, Any] = ask(services, "changes", params, method="check").json()["result"]
    return result


def test_groups_have_their_own_params_or_none(services: Services) -> None:
    names = ["Id", "CampaignId", "TrackingParams"]
    first, second = below(services, "adgroups", 700001, FieldNames=names).json()["result"][
        "AdGroups"
    ]
    assert (first["CampaignId"], first["TrackingParams"]) == (700001, None)
    assert second["TrackingParams"] == "utm_content={gbid}&utm_term={keyword}"


def test_an_ad_has_the_part_of_its_type_only(services: Services) -> None:
    parts = {"TextAdFieldNames": ["Href", "DisplayUrlPath"], "TextImageAdFieldNames": ["Href"]}
    text, image, *_ = below(services, "ads", 700001, **parts).json()["result"]["Ads"]
    assert text["TextAd"] == {"Href": "https://svetlye-kuhni.example/", "DisplayUrlPath": "кухни"}
    assert "TextAd" not in image
    assert image["TextImageAd"]["Href"].endswith("utm_source=ya&utm_term={keyword}#forma")
    bare = below(services, "ads", 700001).json()["result"]["Ads"]
    assert set(bare[0]) == {"Id"}


def test_ads_are_paged_and_absent_when_there_are_none(services: Services) -> None:
    first = below(services, "ads", 700001, 700002, Page={"Limit": 5}).json()["result"]
    assert (len(first["Ads"]), first["LimitedBy"]) == (5, 5)
    last = below(services, "ads", 700001, 700002, Page={"Limit": 5, "Offset": 5}).json()["result"]
    assert (len(last["Ads"]), "LimitedBy" in last) == (3, False)
    assert below(services, "ads", 1).json() == {"result": {}}


def test_requests_that_the_services_refuse(services: Services) -> None:
    for response, code in (
        (below(services, "ads", *range(11)), 4001),
        (below(services, "adgroups"), 4001),
        (below(services, "ads", 700001, FieldNames=["TrackingParams"]), 8000),
        (below(services, "ads", 700001, TextAdFieldNames=["TrackingParams"]), 8000),
        (below(services, "ads", 700001, FieldNames=[]), 8000),
        (ask(services, "ads", {}, method="add"), 8000),
        (ask(services, "changes", {"CampaignIds": []}, method="check"), 4001),
        (ask(services, "changes", {"CampaignIds": [1], "Timestamp": "now"}, method="check"), 8000),
        (report(services, FieldNames=["AdId"]), 8000),
    ):
        assert error_code(response) == code


def test_days_of_ads_sum_to_the_campaigns(services: Services) -> None:
    by_ad = report(services, FieldNames=AD_FIELDS, ReportType="AD_PERFORMANCE_REPORT")
    found = table(by_ad)
    assert len(found) == 4 * 6
    assert "--" not in {row[3] for row in found}
    campaigns = table(report(services, FieldNames=["Date", "CampaignId", "Cost"]))
    for day, campaign_id, cost in campaigns:
        parts = [Decimal(row[6]) for row in found if row[:2] == [day, campaign_id]]
        assert sum(parts) == Decimal(cost)


def test_a_wizard_names_no_ad_for_a_part_and_leaves_a_part_out(services: Services) -> None:
    wizard = Campaign(700009, "Мастер кампаний: окна", "UNIFIED_CAMPAIGN", login=LOGIN)
    day = SpendDay(700009, date(2026, 10, 27), 10_000, 500, Decimal("9000.07"))
    services.company.campaigns.append(wizard)
    services.company.spend = [day]
    found = table(report(services, FieldNames=AD_FIELDS, ReportType="AD_PERFORMANCE_REPORT"))
    (unnamed,) = [row for row in found if row[3] == "--"]
    assert unnamed[2] == "--"
    told = sum(Decimal(row[6]) for row in found)
    assert Decimal("0.75") < told / day.cost < Decimal("0.95")
    (same,) = table(report(services, FieldNames=["Date", "Cost"]))
    assert same[1] == "9000.07"
    again = table(report(services, FieldNames=AD_FIELDS, ReportType="AD_PERFORMANCE_REPORT"))
    assert again == found
    assert direct_ads.is_wizard(wizard)


def test_changes_tell_the_first_day_rewritten_since(services: Services) -> None:
    first = check(services, 700001, 700002, 555)
    assert first["Modified"] == {}
    assert first["NotFound"] == {"CampaignIds": [555]}
    services.faults.direct_rewritten.update(
        {
            date(2026, 10, 28): Rewrite(Decimal("0.5"), drop=0),
            date(2026, 10, 27): Rewrite(drop=1),
        }
    )
    second = check(services, 700001, 700002, since=first["Timestamp"])
    borders = {
        item["CampaignId"]: item["BorderDate"] for item in second["Modified"]["CampaignsStat"]
    }
    assert borders == {700001: "2026-10-27", 700002: "2026-10-27"}
    assert second["Timestamp"] > first["Timestamp"]
    assert check(services, 700001, 700002, since=second["Timestamp"])["Modified"] == {}


def test_changes_may_leave_campaigns_for_another_call(services: Services) -> None:
    services.faults.of(DirectFaults).unprocessed_after = 1
    found = check(services, 700001, 700002)
    assert found["Unprocessed"] == {"CampaignIds": [700002]}


def test_an_agency_lists_its_clients_and_must_name_one(services: Services) -> None:
    params = {"SelectionCriteria": {"Archived": "NO"}, "FieldNames": ["Login"]}
    assert error_code(ask(services, "agencyclients", params)) == 54
    switches = services.faults.of(DirectFaults)
    switches.is_agency, switches.archived_logins = True, {"old"}
    services.company.campaigns.append(Campaign(800001, "Старая", login="old"))
    found = ask(services, "agencyclients", params, login=None).json()["result"]["Clients"]
    assert found == [{"Login": LOGIN}]
    everyone = {"SelectionCriteria": {}, "FieldNames": ["Login", "Archived"]}
    found = ask(services, "agencyclients", everyone, login=None).json()["result"]["Clients"]
    assert [item["Archived"] for item in found] == ["NO", "YES"]
    assert error_code(ask(services, "campaigns", {"FieldNames": ["Id"]}, login=None)) == 8000


def test_own_token_opens_one_cabinet(services: Services) -> None:
    services.company.campaigns.append(Campaign(800001, "Другая", login="other"))
    own = services.app("yandex_direct").state.own_token("other")
    fields = {"FieldNames": ["Id"]}
    mine = ask(services, "campaigns", fields, login=None, token=own).json()["result"]["Campaigns"]
    assert mine == [{"Id": 800001}]
    assert error_code(ask(services, "campaigns", fields, token=own)) == 54
    assert error_code(ask(services, "campaigns", fields, token=own + "x")) == 53


def test_points_are_spent_and_run_out(services: Services) -> None:
    switches = services.faults.of(DirectFaults)
    spent, left, daily = below(services, "ads", 700001).headers["Units"].split("/")
    assert (spent, int(left), int(daily)) == ("14", DAILY_UNITS - 14, DAILY_UNITS)
    switches.units = 13
    assert error_code(below(services, "ads", 700001)) == 152
    switches.text_error_codes = True
    assert below(services, "ads", 700001).json()["error"]["error_code"] == "152"
    assert report(services).status_code == 200  # reports cost none


def test_reports_may_come_compressed_and_with_lines_unasked(services: Services) -> None:
    plain = report(services)
    switches = services.faults.of(DirectFaults)
    switches.gzip = True
    packed = report(services)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.text == plain.text
    switches.lines_unasked = True
    lines = report(services).text.splitlines()
    assert lines[0].startswith('"spend')
    assert lines[-1] == "Total rows: 6"
