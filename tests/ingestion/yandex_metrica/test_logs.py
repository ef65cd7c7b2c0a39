"""Requests for logs: waited for, given up, found again, cleaned; and what an error means."""

import logging
from collections.abc import Iterator
from datetime import date
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
from ingestion.sources.yandex_metrica.client import MetricaClient
from ingestion.sources.yandex_metrica.config import YandexMetricaSection
from ingestion.sources.yandex_metrica.logs import LogFiles
from ingestion.sources.yandex_metrica.settings import FIELDS
from sandbox.running import Services
from sandbox.servers.yandex_metrica.logs import LogRequest
from sandbox.simulation.visits import COUNTER
from tests.ingestion.scripted import FakeClock
from tests.ingestion.yandex_metrica.site import logs, settings_for, switches

ME = str(COUNTER)
OLD = (date(2026, 10, 20), date(2026, 10, 25))
NEW = (date(2026, 10, 27), date(2026, 10, 30))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(services: Services, tmp_path: Path, clock: FakeClock) -> Iterator[MetricaClient]:
    section = settings_for(services, tmp_path).section(YandexMetricaSection)
    found = MetricaClient(section, clock)
    yield found
    found.close()


def files(client: MetricaClient, folder: Path, clock: FakeClock, limit: float = 3600) -> LogFiles:
    return LogFiles(client, folder / "parts", date(2026, 10, 28), 20, limit, clock)


def visits_of(found: Iterator[Path]) -> int:
    return sum(len(path.read_text("utf-8").splitlines()) - 1 for path in found)


def put(services: Services, request_id: int, fields: tuple[str, ...], status: str) -> LogRequest:
    """A request that was there before."""
    asked = LogRequest(request_id, COUNTER, *OLD, list(fields), status)
    logs(services).requests[request_id] = asked
    if status == "processed":
        asked.status = "created"
        logs(services)._prepare(asked)
    return asked


def test_a_request_is_waited_for_with_growing_patience(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    switches(services).polls_before_ready = 3
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2
    assert [seconds for seconds in clock.slept if seconds >= 20] == [20, 30, 45]


def test_what_is_not_ready_in_time_keeps_its_place_in_the_queue(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    switches(services).polls_before_ready = 100
    with pytest.raises(ServiceUnavailableError, match="not ready in 10 minutes"):
        list(files(client, tmp_path, clock, limit=600).of(ME, OLD))
    (asked,) = logs(services).requests.values()
    assert asked.status == "created"
    asked.polls_left = 0
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2
    assert [asked.status for asked in logs(services).requests.values()] == ["cleaned_by_user"]


@pytest.mark.parametrize("ending", ["processing_failed", "canceled"])
def test_what_the_service_gave_up_is_asked_for_once_more(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock, ending: str
) -> None:
    switches(services).endings.extend(["awaiting_retry", ending])
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2
    switches(services).endings.extend([ending, ending])
    with pytest.raises(ServiceUnavailableError, match=f"twice \\({ending}\\)"):
        list(files(client, tmp_path, clock).of(ME, OLD))


def test_leftovers_are_used_when_they_are_as_good_as_new(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    same = put(services, 1, FIELDS, "processed")
    twin = put(services, 2, FIELDS, "processed")
    foreign = put(services, 3, ("ym:s:visitID", "ym:s:bounce"), "processed")
    waiting = put(services, 4, FIELDS, "created")
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2
    assert (same.status, twin.status) == ("cleaned_by_user", "cleaned_by_user")
    assert waiting.status == "canceled"
    assert foreign.status == "processed"  # not ours to touch
    assert len(logs(services).requests) == 4  # nothing was asked for anew


def test_leftovers_of_days_that_still_change_are_stale(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    stale = put(services, 1, FIELDS, "processed")
    stale.first, stale.last = NEW
    assert visits_of(files(client, tmp_path, clock).of(ME, NEW)) == 2
    assert stale.status == "cleaned_by_user"
    assert len(logs(services).requests) == 2


def test_a_full_counter_is_said_in_words(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    put(services, 3, ("ym:s:visitID",), "processed")
    switches(services).quota_bytes = 10
    with pytest.raises(ServiceUnavailableError, match="10 GB"):
        list(files(client, tmp_path, clock).of(ME, OLD))
    # our own leftovers make room before that is said
    logs(services).requests.clear()
    put(services, 1, FIELDS, "processed").first = date(2026, 10, 1)
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2


def test_everything_is_cleaned_when_the_reader_fails(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    found = files(client, tmp_path, clock).of(ME, OLD)
    next(found)
    with pytest.raises(ZeroDivisionError):
        found.throw(ZeroDivisionError)
    assert logs(services).kept == 0
    assert not (tmp_path / "parts").exists()


def test_a_refused_clean_does_not_hide_the_visits(
    client: MetricaClient,
    services: Services,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    switches(services).refuse_clean = True
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2
    assert "is left behind" in caplog.text


def test_a_cut_download_is_repeated(
    client: MetricaClient, services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    root = f"/management/v1/counter/{ME}/logrequest/4000001/part"
    services.faults.fail_next(root, "drop", 502, "drop")
    assert visits_of(files(client, tmp_path, clock).of(ME, OLD)) == 2
    services.faults.fail_next(root.replace("001", "002"), *["drop"] * 6)
    with pytest.raises(ServiceUnavailableError, match="cut in the middle"):
        list(files(client, tmp_path, clock).of(ME, OLD))


@pytest.mark.parametrize(
    ("status", "error_type", "kind", "words"),
    [
        (403, "invalid_token", AuthError, "replace the secret token"),
        (403, "access_denied", AuthError, "may not read this counter"),
        (404, "not_found", RequestRejectedError, "no such counter"),
        (400, "invalid_parameter", RequestRejectedError, "rejects GET"),
        (429, "quota_requests_by_uid", ServiceUnavailableError, "run again tomorrow"),
    ],
)
def test_refusals_stop_at_once(
    client: MetricaClient,
    services: Services,
    status: int,
    error_type: str,
    kind: type[SkvozError],
    words: str,
) -> None:
    switches(services).errors.append((status, error_type))
    with pytest.raises(kind, match=words):
        client.zone(ME)
    assert sum(services.requests.values()) == 1


def test_failures_are_waited_out(
    client: MetricaClient, services: Services, clock: FakeClock
) -> None:
    switches(services).errors.extend([(503, "backend_error"), (429, "quota_requests_by_ip")])
    assert client.zone(ME).key == "Europe/Moscow"
    assert sum(clock.slept) >= 30
    switches(services).errors.extend([(503, "backend_error")] * 6)
    with pytest.raises(ServiceUnavailableError, match="no usable answer"):
        client.zone(ME)
    services.faults.fail_next("/management", 403)
    with pytest.raises(AccessBannedError):
        client.zone(ME)


def test_answers_of_another_form_say_where_to_look(
    client: MetricaClient, services: Services
) -> None:
    switches(services).timezone = "Moscow time"
    with pytest.raises(SourceFormatError, match="time zone"):
        client.zone(ME)
    services.faults.fail_next("/management", 200)
    with pytest.raises(SourceFormatError, match="HTML page"):
        client.list_requests(ME)


def test_no_secret_in_logs_or_errors(
    client: MetricaClient,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("SOURCES__YANDEX_METRICA__TOKEN", "y0_wrong_token_of_somebody")
    with pytest.raises(AuthError) as failed:
        client.zone(ME)
    assert "y0_wrong" not in str(failed.value) + caplog.text


def test_a_counter_may_have_a_token_of_its_own(
    client: MetricaClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = services.environment()["SOURCES__YANDEX_METRICA__TOKEN"]
    monkeypatch.setenv("SOURCES__YANDEX_METRICA__TOKEN", "of-another-login")
    monkeypatch.setenv(f"SOURCES__YANDEX_METRICA__{ME}__TOKEN", token)
    assert client.zone(ME).key == "Europe/Moscow"
