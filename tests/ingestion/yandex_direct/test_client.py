"""The client over real HTTP: errors under any status, what is waited for and how long, points."""

import logging
from collections.abc import Iterator

import pytest

from ingestion.errors import (
    AuthError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.sources.yandex_direct import lists
from ingestion.sources.yandex_direct.client import DirectClient
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.scripted import Reply, Script
from tests.ingestion.yandex_direct.cabinet import SwiftClock, fetch, make_client

CAMPAIGNS = "/json/v501/campaigns"


@pytest.fixture
def clock() -> SwiftClock:
    return SwiftClock()


@pytest.fixture
def client(services: Services, clock: SwiftClock) -> Iterator[DirectClient]:
    with make_client(services.direct_url, clock) as running:
        yield running


def campaigns(client: DirectClient) -> list[object]:
    return list(lists.campaigns(client))


@pytest.mark.parametrize("is_text", [False, True], ids=["number", "text"])
@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (53, AuthError, "issue a new one"),
        (54, AuthError, "no right to this cabinet"),
        (58, AuthError, "finish its registration"),
        (513, RequestRejectedError, "no such login"),
        (8000, RequestRejectedError, "rejects the request"),
        (8800, RequestRejectedError, "no such login"),
        (4711, RequestRejectedError, "error 4711"),
    ],
)
def test_error_that_waiting_does_not_mend(
    client: DirectClient,
    clock: SwiftClock,
    services: Services,
    code: int,
    kind: type[SkvozError],
    words: str,
    is_text: bool,
) -> None:
    """Lists answer an error under HTTP 200, reports under 400; both are one error."""
    services.faults.of(DirectFaults).text_error_codes = is_text
    services.faults.direct_errors.extend([code, code])
    with pytest.raises(kind, match=words):
        campaigns(client)
    with pytest.raises(kind, match=words) as caught:
        fetch(client)
    assert "cabinet small-direct" in str(caught.value)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("code", "wait"), [(52, 5), (56, 10), (506, 10), (1000, 10), (1001, 10), (1002, 10)]
)
def test_error_that_waiting_mends(
    client: DirectClient, clock: SwiftClock, services: Services, code: int, wait: float
) -> None:
    services.faults.direct_errors.extend([code] * 4)
    assert len(campaigns(client)) == 3
    assert clock.slept == [wait] * 4
    services.faults.direct_errors.extend([code] * 5)
    with pytest.raises(ServiceUnavailableError, match=f"error {code}"):
        fetch(client)


def test_points_used_up_are_waited_for_as_long_as_the_run_may_last(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_errors.extend([152] * 10)
    assert len(campaigns(client)) == 3
    assert clock.slept == [300] * 10
    services.faults.direct_errors.extend([152] * 1000)
    with pytest.raises(ServiceUnavailableError, match="points are used up"):
        campaigns(client)
    assert 3600 <= clock.now() - 1000 <= 7200


def test_few_points_are_said_once(
    client: DirectClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        campaigns(client)
        assert caplog.messages == []
        services.faults.of(DirectFaults).units = 15_000
        campaigns(client)
        campaigns(client)
    (said,) = caplog.messages
    assert "of 160000 API points are left" in said


def test_pace_of_20_requests_in_10_seconds(client: DirectClient, clock: SwiftClock) -> None:
    start = clock.now()
    for _ in range(21):
        campaigns(client)
    assert clock.now() - start == pytest.approx(10)


def test_wrong_token_is_said_and_not_shown(
    services: Services,
    client: DirectClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_wrong_token_value")
    with pytest.raises(AuthError, match="token is wrong, expired or revoked") as caught:
        fetch(client)
    assert "y0_wrong" not in str(caught.value) + caplog.text


def test_token_that_an_answer_echoes_is_not_shown(
    script: Script, clock: SwiftClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_secret_token_value")
    echo = b'{"error":{"error_code":53,"error_string":"no","error_detail":"y0_secret_token_value"}}'
    script.say(Reply(200, echo))
    with make_client(script.url, clock) as client, pytest.raises(AuthError) as caught:
        campaigns(client)
    assert "y0_secret" not in str(caught.value)


def test_failure_of_the_front_server(client: DirectClient, services: Services) -> None:
    services.faults.fail_next("/json/v5/reports", 503, 500, 503)
    assert fetch(client).count(b"\n") == 5
    services.faults.fail_next(CAMPAIGNS, 502, 504, "drop", 429)
    assert len(campaigns(client)) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        b"[]",
        b'{"result":[]}',
        b'{"result":{"Campaigns":5}}',
        b'{"result":{"Campaigns":["x"]}}',
        b'{"result":{"Campaigns":[],"LimitedBy":0}}',
    ],
)
def test_answer_of_another_form(
    script: Script, clock: SwiftClock, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_token")
    script.say(Reply(200, body))
    with make_client(script.url, clock) as client, pytest.raises(SourceFormatError) as caught:
        campaigns(client)
    assert "base_url" in str(caught.value)
