"""Calltouch's own ways: two date formats, pages or none, a token that stands in the address."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ingestion.errors import (
    AccessBannedError,
    AuthError,
    MissingSecretError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.sources.calltouch.client import CalltouchClient
from ingestion.sources.calltouch.config import CalltouchSection
from sandbox.running import Services
from sandbox.servers.calltouch.app import SITE_ID
from sandbox.simulation.calls import Journal
from tests.ingestion.calltouch.diary import settings_for, switches
from tests.ingestion.scripted import FakeClock
from tests.ingestion.uis.journal import call

FIRST, LAST = date(2026, 10, 29), date(2026, 10, 31)


@pytest.fixture
def client(services: Services, tmp_path: Path) -> Iterator[CalltouchClient]:
    section = settings_for(services, tmp_path).section(CalltouchSection)
    found = CalltouchClient(section, FakeClock(), page=2)
    yield found
    found.close()


def ids(client: CalltouchClient) -> list[int]:
    return [record["callId"] for record in client.calls(SITE_ID, FIRST, LAST)]


def queries(services: Services) -> list[dict[str, str]]:
    return [
        {name: values[0] for name, values in parse_qs(seen.query).items()}
        for seen in services.traffic("calltouch").log
    ]


def test_calls_are_paged_and_dated_day_first(client: CalltouchClient, services: Services) -> None:
    assert ids(client) == [101, 102, 103, 104, 105]
    asked = queries(services)
    assert [query["page"] for query in asked] == ["1", "2", "3"]
    assert {(query["dateFrom"], query["dateTo"]) for query in asked} == {
        ("29/10/2026", "31/10/2026")
    }


def test_requests_are_dated_month_first(client: CalltouchClient, services: Services) -> None:
    (record,) = client.requests(FIRST, FIRST)
    assert record["requestId"] == 201
    assert queries(services)[0]["dateFrom"] == "10/29/2026"


def test_an_empty_day_has_no_pages(client: CalltouchClient, services: Services) -> None:
    assert client.calls(SITE_ID, date(2026, 10, 1), date(2026, 10, 2)) == []
    assert client.requests(LAST, LAST) == []


def test_a_diary_that_moves_is_read_again(client: CalltouchClient, services: Services) -> None:
    calls = iter([call(106, "2026-10-29 09:00")])
    switches(services).between_pages = lambda journal: journal.calltouch.extend(calls)
    assert ids(client) == [106, 101, 102, 103, 104, 105]
    numbers = iter(range(900, 1000))

    def ring(journal: Journal) -> None:
        journal.calltouch.append(call(next(numbers), "2026-10-30 09:00"))

    switches(services).between_pages = ring
    with pytest.raises(ServiceUnavailableError, match="changed every time"):
        ids(client)


def test_rows_repeated_between_pages_count_once(
    client: CalltouchClient, services: Services
) -> None:
    switches(services).repeat_last_of_page = True
    found = ids(client)
    assert found == [101, 102, 103, 104, 105]
    switches(services).repeat_last_of_page = False
    switches(services).garbled[102] = {"callId": 101}
    assert ids(client) == [101, 103, 104, 105]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (400, RequestRejectedError, "check the settings"),
        (402, AuthError, "not paid"),
        (403, AccessBannedError, "blocks every call"),
        (404, RequestRejectedError, "404"),
    ],
)
def test_refusals_stop_at_once(
    client: CalltouchClient, services: Services, status: int, kind: type[SkvozError], words: str
) -> None:
    services.faults.fail_next("/calls-service", status)
    with pytest.raises(kind, match=words):
        ids(client)
    assert sum(services.requests.values()) == 1


def test_failures_are_waited_out(client: CalltouchClient, services: Services) -> None:
    services.faults.fail_next("/calls-service", 429, 500, 502, "drop")
    assert len(ids(client)) == 5
    services.faults.fail_next("/calls-service", *[503] * 6)
    with pytest.raises(ServiceUnavailableError, match="no usable answer"):
        ids(client)


def test_a_site_of_somebody_else_is_named(client: CalltouchClient) -> None:
    with pytest.raises(AuthError, match="No access to this site"):
        client.calls("777", FIRST, LAST)


def test_answers_of_another_form_say_where_to_look(
    client: CalltouchClient, services: Services
) -> None:
    switches(services).no_total = True
    with pytest.raises(SourceFormatError, match=f"calls of site {SITE_ID}"):
        ids(client)
    switches(services).requests_as_object = True
    with pytest.raises(SourceFormatError, match="list of requests"):
        client.requests(FIRST, FIRST)
    services.faults.fail_next("/calls-service", 200)
    with pytest.raises(SourceFormatError, match="HTML page"):
        ids(client)


def test_the_token_is_in_no_log_and_no_error(
    client: CalltouchClient,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = "0123456789abcdef-of-somebody-else"
    monkeypatch.setenv("SOURCES__CALLTOUCH__CLIENT_API_ID", token)
    services.faults.fail_next("/calls-service", 502, "drop")
    with pytest.raises(AuthError) as failed:  # the service echoes the whole address
        ids(client)
    assert "clientApiId=***" in str(failed.value)
    assert "attempt 1 of" in caplog.text
    assert token not in str(failed.value) + caplog.text
    services.faults.fail_next("/calls-service", *[503] * 6)
    with pytest.raises(ServiceUnavailableError) as unavailable:
        client.requests(FIRST, FIRST)
    assert token not in str(unavailable.value) + caplog.text


def test_a_missing_token_is_named(client: CalltouchClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__CALLTOUCH__CLIENT_API_ID")
    with pytest.raises(MissingSecretError, match="SOURCES__CALLTOUCH__CLIENT_API_ID"):
        ids(client)
