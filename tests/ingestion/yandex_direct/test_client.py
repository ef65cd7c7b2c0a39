"""The client over real HTTP: polling, errors under any status, what is waited for and what not."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from ingestion.errors import (
    AuthError,
    ConfigError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
)
from ingestion.sources.yandex_direct.client import DirectClient, SpanTooLongError
from ingestion.sources.yandex_direct.config import YandexDirectSection
from sandbox.faults import Rewrite
from sandbox.running import Services
from tests.ingestion.yandex_direct.cabinet import SwiftClock
from tests.sandbox.small import LOGIN

DAYS = (date(2026, 10, 27), date(2026, 10, 28))


@pytest.fixture
def clock() -> SwiftClock:
    return SwiftClock()


@pytest.fixture
def client(services: Services, clock: SwiftClock) -> Iterator[DirectClient]:
    running = make_client(services, clock)
    yield running
    running.close()


def make_client(services: Services, clock: SwiftClock, run_id: str = "run1") -> DirectClient:
    return DirectClient(YandexDirectSection(base_url=services.direct_url), run_id, clock)


def test_campaigns_of_all_pages_states_and_types(client: DirectClient) -> None:
    found = {campaign["Id"]: campaign for campaign in client.campaigns(LOGIN, page=1)}
    assert sorted(found) == [700001, 700002, 700003]
    assert found[700001]["TextCampaign"]["TrackingParams"].startswith("utm_source=yandex")
    assert found[700003]["State"] == "ARCHIVED"
    assert client.currency(LOGIN) == "RUB"


def test_report_made_at_once(client: DirectClient, clock: SwiftClock) -> None:
    lines = client.report(LOGIN, *DAYS).decode().splitlines()
    assert len(lines) == 5
    assert lines[1] == "2026-10-27\t700001\tБренд\tTEXT_CAMPAIGN\t1000\t20\t1220000000"
    assert clock.slept == []


def test_report_of_the_queue_is_asked_for_until_ready(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 2
    services.faults.direct_retry_in = 7
    assert client.report(LOGIN, *DAYS).count(b"\n") == 5
    assert clock.slept == [7, 7, 7]
    assert services.requests["POST", "/json/v5/reports"] == 4


def test_a_minute_is_waited_when_direct_says_nothing(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 0
    services.faults.direct_retry_in = None
    client.report(LOGIN, *DAYS)
    assert clock.slept == [60]


def test_report_that_never_gets_ready_is_given_up(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 10_000
    services.faults.direct_retry_in = 600
    with pytest.raises(ServiceUnavailableError, match=r"2026-10-27.*not ready in 60 minutes"):
        client.report(LOGIN, *DAYS)
    assert 3000 <= sum(clock.slept) <= 3600


def test_full_queue_is_waited_out(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 0
    services.faults.direct_queue_full_times = 8
    client.report(LOGIN, *DAYS)
    assert clock.slept == [10] * 8 + [1]


def test_queue_that_stays_full_is_given_up(client: DirectClient, services: Services) -> None:
    services.faults.direct_queue_polls = 0
    services.faults.direct_queue_full_times = 10_000
    with pytest.raises(ServiceUnavailableError, match="error 9000"):
        client.report(LOGIN, *DAYS)


def test_names_of_reports_never_collide_and_never_serve_an_old_run(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 0
    first = client.report(LOGIN, *DAYS)
    assert client.report(LOGIN, DAYS[0], DAYS[0]) != first  # other days, the same client
    services.faults.direct_rewritten = {DAYS[0]: Rewrite(Decimal("0.5"), drop=0)}
    assert client.report(LOGIN, *DAYS) == first  # Direct keeps a ready report
    later = make_client(services, clock, "run2")
    assert b"610000000" in later.report(LOGIN, *DAYS)


def test_span_too_long(client: DirectClient, services: Services) -> None:
    services.faults.direct_span_limit_days = 1
    with pytest.raises(SpanTooLongError):
        client.report(LOGIN, *DAYS)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (53, AuthError, "issue a new one"),
        (54, AuthError, "no right to this cabinet"),
        (58, AuthError, "finish its registration"),
        (152, ServiceUnavailableError, "points of this hour are used up"),
        (8000, RequestRejectedError, "rejects the request"),
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
) -> None:
    """Campaigns answer an error under HTTP 200, reports under 400; both are one error."""
    services.faults.direct_errors.extend([code, code])
    with pytest.raises(kind, match=words):
        list(client.campaigns(LOGIN))
    with pytest.raises(kind, match=words) as caught:
        client.report(LOGIN, *DAYS)
    assert LOGIN in str(caught.value)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("code", "wait"), [(52, 5), (56, 10), (506, 10), (1000, 10), (1001, 10), (1002, 10)]
)
def test_error_that_waiting_mends(
    client: DirectClient, clock: SwiftClock, services: Services, code: int, wait: float
) -> None:
    services.faults.direct_errors.extend([code] * 4)
    assert len(list(client.campaigns(LOGIN))) == 3
    assert clock.slept == [wait] * 4
    services.faults.direct_errors.extend([code] * 5)
    with pytest.raises(ServiceUnavailableError, match=f"error {code}"):
        client.report(LOGIN, *DAYS)


def test_pace_of_20_requests_in_10_seconds(client: DirectClient, clock: SwiftClock) -> None:
    start = clock.now()
    for _ in range(21):
        client.currency(LOGIN)
    assert clock.now() - start == pytest.approx(10)


def test_wrong_token_is_said_and_not_shown(
    services: Services, client: DirectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_wrong_token_value")
    with pytest.raises(AuthError, match="token is wrong, expired or revoked") as caught:
        client.report(LOGIN, *DAYS)
    assert "y0_wrong" not in str(caught.value)


def test_unknown_login(client: DirectClient) -> None:
    with pytest.raises(RequestRejectedError, match=r"cabinet nobody.*yandex_direct\.logins"):
        client.report("nobody", *DAYS)
    with pytest.raises(ConfigError, match="кабинет"):
        client.currency("кабинет")


def test_failure_of_the_front_server(client: DirectClient, services: Services) -> None:
    services.faults.fail_next("/json/v5/reports", 503, 500, 503)
    assert client.report(LOGIN, *DAYS).count(b"\n") == 5
    services.faults.fail_next("/json/v501/campaigns", 502, 504)
    assert client.currency(LOGIN) == "RUB"
