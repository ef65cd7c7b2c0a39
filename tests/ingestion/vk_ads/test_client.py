"""The client over real HTTP: pages, statistics in parts, what is waited for and what not."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from ingestion.errors import (
    AccessBannedError,
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.http import Throttle
from ingestion.sources.vk_ads.client import VkClient
from ingestion.sources.vk_ads.config import VkAdsSection
from sandbox.running import Services
from sandbox.simulation.vk_ads import AdPlan
from tests.ingestion.vk_ads.cabinet import (
    EMPTY,
    OLD,
    SEARCH,
    SwiftClock,
    asked,
    cabinets_of,
    settings_for,
    switches,
)

DAYS = (date(2026, 10, 27), date(2026, 10, 28))
LIST = "/api/v2/ad_plans.json"


def client_of(services: Services, folder: Path, clock: SwiftClock, **section: object) -> VkClient:
    settings = settings_for(services, folder, **section)
    own = settings.section(VkAdsSection)
    throttle = Throttle(own.requests_per_second, clock)
    return VkClient(own, own.cabinets[0], settings, throttle, clock)


@pytest.fixture
def client(services: Services, tmp_path: Path, clock: SwiftClock) -> Iterator[VkClient]:
    running = client_of(services, tmp_path, clock)
    yield running
    running.close()


def names(client: VkClient, kind: str = "ad_plans") -> list[int]:
    return [item["id"] for item in client.items(kind, ("id", "name", "status"))]


def many_plans(services: Services, count: int) -> list[int]:
    cabinets_of(services)[0].plans = [AdPlan(9000 + n, f"Кампания {n}") for n in range(count)]
    return [9000 + n for n in range(count)]


def test_objects_of_every_status(client: VkClient) -> None:
    assert names(client) == [SEARCH, OLD, EMPTY]
    assert names(client, "banners") == [301, 302, 303]  # 304 is in no list


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_to_the_end(services: Services, tmp_path: Path, clock: SwiftClock, size: int) -> None:
    expected = many_plans(services, 7)
    assert names(client_of(services, tmp_path, clock, page_size=size)) == expected
    assert asked(services, "ad_plans") == -(-7 // size)


def test_pages_shorter_than_asked_for_and_overlapping(services: Services, client: VkClient) -> None:
    expected = many_plans(services, 120)
    switches(services).page_cap = 7
    assert names(client) == expected
    switches(services).page_cap = None
    switches(services).repeats_rows = True
    assert names(client) == expected


def test_empty_list(services: Services, client: VkClient) -> None:
    many_plans(services, 0)
    assert names(client) == []
    assert client.one("ad_plans") is None


def test_list_that_never_becomes_complete_is_an_error(
    services: Services, client: VkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client._page
    monkeypatch.setattr(client, "_page", lambda *args: (page(*args)[0], 5))
    with pytest.raises(SourceFormatError, match="counts more objects than it shows"):
        names(client)


def test_statistics_go_in_parts_of_200_objects(services: Services, client: VkClient) -> None:
    ids = many_plans(services, 401)
    items, refused = client.days("ad_plans", ids, *DAYS)
    assert ([item["id"] for item in items], refused) == (ids, [])
    assert asked(services, "statistics/ad_plans/day") == 3


def test_a_year_and_a_day_is_one_request(client: VkClient) -> None:
    items, _ = client.days("ad_plans", [SEARCH], DAYS[1] - timedelta(days=365), DAYS[1])
    assert len(items[0]["rows"]) == 366
    with pytest.raises(RequestRejectedError, match="history_days"):
        client.days("ad_plans", [SEARCH], DAYS[1] - timedelta(days=366), DAYS[1])


def test_objects_that_vk_does_not_know_are_found_and_named(
    services: Services, client: VkClient
) -> None:
    ids = many_plans(services, 250)
    for plan in cabinets_of(services)[0].plans:
        plan.is_answered = plan.id not in (9003, 9007, 9249)
    items, refused = client.days("ad_plans", [*ids, 77], *DAYS)
    assert refused == [9003, 9007, 9249, 77]
    assert [item["id"] for item in items] == [number for number in ids if number not in refused]


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (400, "ERR_WRONG_PARAMETER", RequestRejectedError, "ERR_WRONG_PARAMETER"),
        (400, "ERR_WRONG_DATE", RequestRejectedError, "ERR_WRONG_DATE"),
        (400, "ERR_LIMIT_EXCEEDED", RequestRejectedError, "ERR_LIMIT_EXCEEDED"),
        (400, "ERR_WRONG_USERS", RequestRejectedError, "ERR_WRONG_USERS"),
        (401, "invalid_client", AuthError, "copy both again"),
        (401, "invalid_user", AuthError, "blocked the user"),
        (401, "revoked_token", AuthError, "withdrawn the access"),
        (403, "ERR_ACCESS_DENIED", AuthError, "read_ads"),
        (404, "ERR_WRONG_RESOURCE", RequestRejectedError, "ERR_WRONG_RESOURCE"),
        (405, "ERR_WRONG_RESOURCE", RequestRejectedError, "405"),
        (413, "ERR_WRONG_PARAMETER", RequestRejectedError, "413"),
    ],
)
def test_error_that_waiting_does_not_mend(
    services: Services,
    client: VkClient,
    clock: SwiftClock,
    status: int,
    code: str,
    kind: type[SkvozError],
    words: str,
) -> None:
    client.one("ad_plans")
    for ask in (
        lambda: names(client),
        lambda: client.days("ad_plans", [SEARCH], *DAYS),
    ):
        switches(services).errors.append((status, code))
        with pytest.raises(kind, match=words):
            ask()
    assert clock.slept == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ERR_WRONG_ADPLANS"),
        (400, "ERR_WRONG_ADGROUPS"),
        (400, "ERR_WRONG_BANNERS"),
        (404, "ERR_WRONG_IDS"),
    ],
)
def test_unknown_ids_are_not_an_error_of_statistics(
    services: Services, client: VkClient, status: int, code: str
) -> None:
    client.one("ad_plans")
    switches(services).errors.append((status, code))
    assert client.days("ad_plans", [SEARCH], *DAYS) == ([], [SEARCH])


@pytest.mark.parametrize("answer", [500, 502, 503, 504, 408, "drop"])
def test_failure_that_waiting_mends(
    services: Services, client: VkClient, clock: SwiftClock, answer: int
) -> None:
    client.one("ad_plans")
    services.faults.fail_next(LIST, answer, answer)
    assert names(client) == [SEARCH, OLD, EMPTY]
    assert len(clock.slept) == 2
    services.faults.fail_next(LIST, *[answer] * 6)
    with pytest.raises(ServiceUnavailableError, match="6 attempts"):
        names(client)


def test_too_many_calls_are_waited_out_or_given_up(
    services: Services, client: VkClient, clock: SwiftClock
) -> None:
    client.one("ad_plans")
    services.faults.fail_next(LIST, 429, 429)
    assert names(client) == [SEARCH, OLD, EMPTY]
    assert len(clock.slept) == 2
    services.faults.fail_next(LIST, *[429] * 6)
    with pytest.raises(ServiceUnavailableError, match="requests_per_second"):
        names(client)


def test_used_up_hour_is_not_waited_for(
    services: Services, client: VkClient, clock: SwiftClock
) -> None:
    client.one("ad_plans")
    switches(services).calls_per_hour = 2
    names(client)
    with pytest.raises(ServiceUnavailableError, match="in this hour are used up"):
        names(client)
    assert clock.slept == []


def test_second_without_calls_left_is_let_pass(
    services: Services, client: VkClient, clock: SwiftClock
) -> None:
    client.one("ad_plans")
    switches(services).calls_per_second = 2  # the first call took one
    start = clock.now()
    names(client)
    assert clock.now() - start < 1
    switches(services).calls_per_second = None
    client.one("ad_plans")
    assert clock.now() - start >= 1


def test_pace(services: Services, tmp_path: Path, clock: SwiftClock) -> None:
    client = client_of(services, tmp_path, clock, requests_per_second=4)
    client.one("ad_plans")
    start = clock.now()
    for _ in range(21):
        client.one("ad_plans")
    assert clock.now() - start == pytest.approx(21 / 4)


def test_page_of_a_front_server(services: Services, client: VkClient) -> None:
    client.one("ad_plans")
    services.faults.fail_next(LIST, 403)  # in HTML
    with pytest.raises(AccessBannedError):
        names(client)


@pytest.mark.parametrize(
    "answer",
    [
        {"items": [{"name": "без номера"}], "count": 1},
        {"items": [{"id": "x"}], "count": 1},
        {"items": {"id": 1}, "count": 1},
        {"items": [], "count": "много"},
        {"count": 0},
        {"items": None, "count": 0},
        [],
        None,
        "ok",
    ],
)
def test_answer_that_is_no_list(
    client: VkClient, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr(client, "_ask", lambda *_: answer)
    with pytest.raises(SourceFormatError, match=r"the list ad_plans at offset 0.*base_url"):
        names(client)
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        with pytest.raises(SourceFormatError, match="no list of items"):
            client.days("ad_plans", [SEARCH], *DAYS)


def test_answer_that_is_no_json(services: Services, client: VkClient) -> None:
    client.one("ad_plans")
    services.faults.fail_next(LIST, 200)  # broken off in the middle
    with pytest.raises(SourceFormatError, match="broken JSON"):
        names(client)


def test_token_is_in_no_message(
    services: Services, client: VkClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.one("ad_plans")
    token = services.app("vk_ads").state.access.tokens[0]
    switches(services).errors.extend([(400, "ERR_WRONG_PARAMETER")])
    with caplog.at_level(logging.DEBUG), pytest.raises(RequestRejectedError) as caught:
        names(client)
    assert token.access not in str(caught.value) + caplog.text
