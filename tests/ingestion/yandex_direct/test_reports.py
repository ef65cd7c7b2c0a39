"""Reports over real HTTP: the queue, names, spans that Direct cannot build, compression."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from ingestion.errors import ServiceUnavailableError
from ingestion.sources.yandex_direct import reports
from ingestion.sources.yandex_direct.client import DirectClient
from ingestion.sources.yandex_direct.reports import AD_DAILY, SpanTooLongError, fetch_parts
from sandbox.faults import Rewrite
from sandbox.running import Services
from sandbox.servers.yandex_direct.switches import DirectFaults
from tests.ingestion.scripted import Reply, Script
from tests.ingestion.yandex_direct.cabinet import DAYS, SwiftClock, fetch, make_client


@pytest.fixture
def clock() -> SwiftClock:
    return SwiftClock()


@pytest.fixture
def client(services: Services, clock: SwiftClock) -> Iterator[DirectClient]:
    with make_client(services.direct_url, clock) as running:
        yield running


def test_report_made_at_once(client: DirectClient, clock: SwiftClock) -> None:
    lines = fetch(client).decode().splitlines()
    assert len(lines) == 5
    assert lines[1] == "2026-10-27\t700001\tБренд\tTEXT_CAMPAIGN\t1000\t20\t1220000000"
    assert clock.slept == []


def test_report_by_ad(client: DirectClient) -> None:
    lines = fetch(client, kind=AD_DAILY).decode().splitlines()
    assert lines[0].split("\t")[:4] == ["Date", "CampaignId", "AdGroupId", "AdId"]
    assert len(lines) == 17


def test_report_of_the_queue_is_asked_for_until_ready(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 2
    services.faults.direct_retry_in = 7
    assert fetch(client).count(b"\n") == 5
    assert clock.slept == [7, 7, 7]
    assert services.direct.statuses == {201: 1, 202: 2, 200: 1}


def test_a_minute_is_waited_when_direct_says_nothing(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 0
    services.faults.direct_retry_in = None
    fetch(client)
    assert clock.slept == [60]


def test_report_that_never_gets_ready_is_given_up(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 10_000
    services.faults.direct_retry_in = 600
    with pytest.raises(ServiceUnavailableError, match=r"2026-10-27.*not ready in 60 minutes"):
        fetch(client)
    assert 3000 <= sum(clock.slept) <= 3600


def test_report_is_not_waited_for_longer_than_the_run_may_last(
    services: Services, clock: SwiftClock
) -> None:
    services.faults.direct_queue_polls = 10_000
    with (
        make_client(services.direct_url, clock, minutes=5) as client,
        pytest.raises(ServiceUnavailableError, match="not ready in 5 minutes"),
    ):
        fetch(client)


def test_full_queue_is_waited_out(
    client: DirectClient, clock: SwiftClock, services: Services
) -> None:
    services.faults.direct_queue_polls = 0
    services.faults.direct_queue_full_times = 8
    fetch(client)
    assert clock.slept == [10] * 8 + [1]


def test_queue_that_stays_full_is_given_up(client: DirectClient, services: Services) -> None:
    services.faults.direct_queue_polls = 0
    services.faults.direct_queue_full_times = 10_000
    with pytest.raises(ServiceUnavailableError, match="error 9000"):
        fetch(client)


def test_names_of_reports_never_collide_and_never_serve_an_old_run(
    client: DirectClient, services: Services
) -> None:
    services.faults.direct_queue_polls = 0
    first = fetch(client)
    assert fetch(client, DAYS[0], DAYS[0]) != first  # other days, the same client
    services.faults.direct_rewritten = {DAYS[0]: Rewrite(Decimal("0.5"), drop=0)}
    assert fetch(client) == first  # Direct keeps a ready report
    assert b"610000000" in fetch(client, run_id="run2")


def test_compressed_report(client: DirectClient, services: Services) -> None:
    plain = fetch(client)
    services.faults.of(DirectFaults).gzip = True
    assert fetch(client, run_id="run2") == plain


def test_span_too_long(client: DirectClient, services: Services) -> None:
    services.faults.direct_span_limit_days = 1
    with pytest.raises(SpanTooLongError):
        fetch(client)


def test_report_as_long_as_direct_gives_is_cut_by_halves(
    client: DirectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_ROWS", 3)
    with pytest.raises(SpanTooLongError):
        fetch(client)
    parts = list(fetch_parts(lambda first, last: fetch(client, first, last), *DAYS))
    assert [(span, text.count(b"\n")) for span, text in parts] == [
        ((DAYS[0], DAYS[0]), 3),
        ((DAYS[1], DAYS[1]), 3),
    ]


@pytest.mark.parametrize(
    ("status", "body"), [(400, b"<html>"), (500, b""), (500, b'{"error":"no"}')]
)
def test_failure_without_directs_words(
    script: Script,
    clock: SwiftClock,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes,
) -> None:
    monkeypatch.setenv("SOURCES__YANDEX_DIRECT__TOKEN", "y0_token")
    good = "\t".join(reports.CAMPAIGN_DAILY.fields).encode() + b"\n"
    script.say(Reply(status, body), Reply(200, good))
    with make_client(script.url, clock) as client:
        if status == 500:
            assert fetch(client) == good
            assert clock.slept == [10]
        else:
            with pytest.raises(Exception, match="HTTP 400"):
                fetch(client)


def test_span_is_halved_until_direct_can() -> None:
    asked = []

    def cut(first: date, last: date) -> bytes:
        asked.append((first.day, last.day))
        if (last - first).days >= 2:
            raise SpanTooLongError
        return b""

    parts = [span for span, _ in fetch_parts(cut, date(2026, 10, 1), date(2026, 10, 5))]
    assert [(first.day, last.day) for first, last in parts] == [(1, 2), (3, 3), (4, 5)]
    assert asked[0] == (1, 5)


def test_single_day_that_direct_cannot_is_an_error() -> None:
    def refuse(first: date, last: date) -> bytes:
        raise SpanTooLongError

    with pytest.raises(ServiceUnavailableError, match="2026-10-01 alone"):
        list(fetch_parts(refuse, date(2026, 10, 1), date(2026, 10, 4)))
