"""Campaigns, groups, ads, an agency's clients and changes over real HTTP, page by page."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from ingestion.errors import AuthError, SourceFormatError
from ingestion.sources.yandex_direct import lists
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.lists import Changed
from ingestion.sources.yandex_direct.owners import Cabinet
from ingestion.sources.yandex_direct.rows import ad_group_row, ad_row, campaign_row
from sandbox.faults import Rewrite
from sandbox.model import Campaign
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.scripted import Reply, Script
from tests.ingestion.yandex_direct.cabinet import SwiftClock, make_client, recorded
from tests.sandbox.small import LOGIN

SINCE = "2026-10-30T20:00:00Z"


@pytest.fixture
def client(services: Services) -> Iterator[DirectClient]:
    with make_client(services.direct_url, SwiftClock()) as running:
        yield running


def add_campaigns(services: Services, count: int, **more: str) -> list[int]:
    ids = list(range(700100, 700100 + count))
    services.company.campaigns += [Campaign(one, f"К{one}", login=LOGIN, **more) for one in ids]
    return ids


def test_campaigns_of_all_pages_states_and_types(client: DirectClient) -> None:
    found = {item["Id"]: campaign_row(item) for item in lists.campaigns(client, page=1)}
    assert sorted(found) == [700001, 700002, 700003]
    assert found[700001]["tracking_params"].startswith("utm_source=yandex")
    assert found[700002]["tracking_params"] is None
    assert found[700003]["state"] == "ARCHIVED"


def test_ads_of_more_campaigns_than_a_request_takes(
    client: DirectClient, services: Services
) -> None:
    ids = add_campaigns(services, 25)
    services.faults.of(DirectFaults).page_cap = 7  # ten campaigns have forty ads
    found = [ad_row(item) for item in lists.ads(client, ids)]
    assert len({row["ad_id"] for row in found}) == len(found) == 100
    assert services.requests["POST", "/json/v501/ads"] == 6 + 6 + 3
    groups = [ad_group_row(item) for item in lists.ad_groups(client, ids)]
    assert {row["ad_group_id"] for row in found} == {row["ad_group_id"] for row in groups}
    assert services.requests["POST", "/json/v501/adgroups"] == 3 + 3 + 2


def test_no_campaigns_no_requests(client: DirectClient, services: Services) -> None:
    assert list(lists.ads(client, [])) == []
    assert lists.changed(client, [], SINCE) == Changed(None, SINCE)
    assert not services.requests


def test_groups_carry_their_own_tracking_params(client: DirectClient) -> None:
    found = {
        row["ad_group_id"]: row for row in map(ad_group_row, lists.ad_groups(client, [700001]))
    }
    assert found[70000102]["tracking_params"] == "utm_content={gbid}&utm_term={keyword}"
    assert found[70000101]["tracking_params"] is None


@pytest.mark.parametrize(
    ("part", "link"),
    [
        ({"TextAd": {"Href": "https://a.example", "DisplayUrlPath": "a"}}, "https://a.example"),
        ({"ResponsiveAd": {"Href": "https://b.example"}}, "https://b.example"),
        ({"TextImageAd": {"Href": "https://c.example"}}, "https://c.example"),
        ({"CpmBannerAdBuilderAd": {"Href": "https://d.example"}}, "https://d.example"),
        ({"MobileAppAd": {"TrackingUrl": "https://e.example"}}, "https://e.example"),
        ({"TextAd": {"Href": None}}, None),
        ({"TextAd": None, "TextImageAd": {"Href": "https://f.example"}}, "https://f.example"),
        ({}, None),
    ],
)
def test_link_of_every_type_of_ad(part: dict[str, object], link: str | None) -> None:
    ids = {"Id": 10_000_000_001, "CampaignId": 1, "AdGroupId": 2}
    assert ad_row({**ids, **part})["href"] == link


def test_object_without_an_id_stops_the_load(client: DirectClient) -> None:
    with (
        pytest.raises(SourceFormatError, match="answer of ads is not in Direct's form"),
        client.documented("json/v501/ads"),
    ):
        ad_row({"CampaignId": 1})


def test_clients_of_an_agency_but_those_put_away(services: Services) -> None:
    services.company.campaigns.append(Campaign(800001, "Вторая", login="second"))
    services.company.campaigns.append(Campaign(900001, "Старая", login="third"))
    switches = services.faults.of(DirectFaults)
    agency = Cabinet("agency-x", is_agency=True)
    with make_client(services.direct_url, SwiftClock(), agency) as client:
        with pytest.raises(AuthError, match="cabinet agency-x: the token has no right"):
            lists.clients(client)
        switches.is_agency, switches.archived_logins, switches.page_cap = True, {"third"}, 1
        assert [item["Login"] for item in lists.clients(client)] == [LOGIN, "second"]


def test_first_changed_day_and_directs_own_clock(client: DirectClient, services: Services) -> None:
    first = lists.changed(client, [700001, 700002], SINCE)
    assert first.border is None
    services.faults.direct_rewritten = {
        date(2026, 10, 28): Rewrite(Decimal("0.5"), drop=0),
        date(2026, 10, 27): Rewrite(drop="all"),
    }
    second = lists.changed(client, [700001, 700002], first.timestamp)
    assert second.border == date(2026, 10, 27)
    assert second.timestamp > first.timestamp
    assert lists.changed(client, [700001, 700002], second.timestamp).border is None


def test_campaigns_left_unlooked_at_are_asked_about_again(
    client: DirectClient, services: Services
) -> None:
    ids = add_campaigns(services, 5)
    services.faults.of(DirectFaults).unprocessed_after = 2
    earlier = lists.changed(client, [*ids, 1], SINCE)  # a campaign that is gone is no trouble
    assert services.requests["POST", "/json/v5/changes"] == 3
    # the earliest of the three moments: what changed in between must not be lost
    assert earlier.timestamp == "2026-10-31T20:00:01Z"
    services.faults.of(DirectFaults).unprocessed_after = 0
    with pytest.raises(SourceFormatError, match="answer of changes"):
        lists.changed(client, ids, SINCE)


def test_more_campaigns_than_a_check_takes(client: DirectClient, services: Services) -> None:
    lists.changed(client, list(range(1, 3002)), SINCE)
    assert services.requests["POST", "/json/v5/changes"] == 2


@pytest.mark.parametrize(
    "result", [{}, {"Timestamp": "x", "Modified": {"CampaignsStat": [{"BorderDate": "yesterday"}]}}]
)
def test_changes_of_another_form(
    script: Script, monkeypatch: pytest.MonkeyPatch, result: dict[str, object]
) -> None:
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_token")
    script.say(Reply(200, json.dumps({"result": result}).encode()))
    with (
        make_client(script.url, SwiftClock()) as client,
        pytest.raises(SourceFormatError, match="answer of changes"),
    ):
        lists.changed(client, [1], SINCE)


@pytest.mark.parametrize("service", ["campaigns_get", "ads_get", "changes_check"])
def test_recorded_answers(script: Script, monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    """What Direct's own sandbox said in May 2026."""
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_token")
    request, text = recorded(service)
    script.say(Reply(200, text.encode()))
    with make_client(script.url, SwiftClock()) as client:
        if service == "campaigns_get":
            (row,) = [campaign_row(item) for item in lists.campaigns(client)]
            assert (row["campaign_id"], row["state"], row["start_date"]) == (
                700012135, "OFF", "2026-05-19",
            )  # fmt: skip
            assert row["tracking_params"] is None
        elif service == "ads_get":
            assert list(lists.ads(client, [700012672])) == []
        else:
            ids = request["params"]["CampaignIds"]
            found = lists.changed(client, ids, request["params"]["Timestamp"])
            assert found == Changed(None, "2026-05-29T04:16:36Z")
