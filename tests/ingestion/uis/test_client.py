"""The Data API's own ways: pages, limits, errors under HTTP 200, and what must never be said."""

import contextlib
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import (
    AuthError,
    MissingSecretError,
    RequestRejectedError,
    ServiceUnavailableError,
    SkvozError,
    SourceFormatError,
)
from ingestion.sources.uis.client import UisClient, zone_of
from ingestion.sources.uis.config import UisSection
from ingestion.sources.uis.settings import REPORTS
from sandbox.running import Services
from sandbox.simulation.calls import Journal
from tests.ingestion.scripted import FakeClock
from tests.ingestion.uis.journal import call, contacts, settings_for, switches

CALLS = REPORTS[0]
SINCE, UNTIL = datetime(2026, 10, 29), datetime(2026, 10, 31, 12)  # noqa: DTZ001 - local times


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(services: Services, tmp_path: Path, clock: FakeClock) -> Iterator[UisClient]:
    section = settings_for(services, tmp_path).section(UisSection)
    found = UisClient(section, clock, page=2)
    yield found
    found.close()


def ids(client: UisClient) -> list[int]:
    return [record["id"] for record in client.report(CALLS, SINCE, UNTIL)]


def asked(services: Services) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = services.app("uis").state.account.asked
    return found


def test_pages_go_to_the_total(client: UisClient, services: Services) -> None:
    assert ids(client) == [101, 102, 103, 104, 105]
    assert [page["offset"] for page in asked(services)] == [0, 2, 4]
    assert asked(services)[0]["sort"] == [{"field": "start_time", "order": "asc"}]
    assert "call_records" not in asked(services)[0]["fields"]  # only what attribution needs


def test_rows_repeated_at_the_edge_of_pages_count_once(
    client: UisClient, services: Services
) -> None:
    switches(services).repeat_last_of_page = True
    assert ids(client) == [101, 102, 103, 104, 105]


def test_a_record_that_the_service_lists_twice_counts_once(
    client: UisClient, services: Services
) -> None:
    switches(services).garbled[102] = {"id": 101}
    assert ids(client) == [101, 103, 104, 105]
    assert [page["offset"] for page in asked(services)] == [0, 2, 4] * 2  # is it moving? no


def test_a_report_that_moves_is_read_again(client: UisClient, services: Services) -> None:
    calls = iter([call(106, "2026-10-29 09:00")])

    def ring(journal: Journal) -> None:
        journal.uis.extend(calls)  # once: it sorts before everything that was read already

    switches(services).between_pages = ring
    assert ids(client) == [106, 101, 102, 103, 104, 105]
    assert [page["offset"] for page in asked(services)] == [0, 2, 0, 2, 4]


def test_a_report_that_never_stands_still_is_left_for_later(
    client: UisClient, services: Services
) -> None:
    numbers = iter(range(900, 1000))
    switches(services).between_pages = lambda journal: journal.uis.append(
        call(next(numbers), "2026-10-30 09:00")
    )
    with pytest.raises(ServiceUnavailableError, match="changed every time"):
        ids(client)


@pytest.mark.parametrize(
    ("code", "mnemonic", "kind", "words"),
    [
        (-32001, "access_token_invalid", AuthError, "does not know the access token"),
        (-32001, "access_token_expired", AuthError, "has expired"),
        (-32001, "access_token_blocked", AuthError, "is blocked"),
        (-32001, "auth_error", AuthError, "replace the secret access_token"),
        (-32003, "ip_not_whitelisted", AuthError, "this machine's address"),
        (-32003, "forbidden", AuthError, "no right to this report"),
        (-32008, "method_component_disabled", RequestRejectedError, "sources.uis.reports"),
        (-32009, "account_inactive", AuthError, "account is blocked"),
        (-32600, "invalid_request", RequestRejectedError, "check sources.uis"),
        (-32601, "method_not_found", RequestRejectedError, "check sources.uis"),
        (-32602, "data_type_error", RequestRejectedError, "check sources.uis"),
        (-32602, "sort_prohibited", RequestRejectedError, "sort_prohibited"),
        (-32602, "date_interval_limit_reached", RequestRejectedError, "days_per_round"),
        (-32700, "parse_error", RequestRejectedError, "check sources.uis"),
        (-32000, "something_new", RequestRejectedError, "something_new"),
    ],
)
def test_errors_nobody_can_wait_out_stop_at_once(
    client: UisClient,
    services: Services,
    clock: FakeClock,
    code: int,
    mnemonic: str,
    kind: type[SkvozError],
    words: str,
) -> None:
    switches(services).errors.append((code, mnemonic))
    with pytest.raises(kind, match=words) as failed:
        ids(client)
    assert str(code) in str(failed.value)
    assert sum(services.requests.values()) == 1
    assert max(clock.slept, default=0) < 1


def test_patience_is_the_settings(services: Services, tmp_path: Path, clock: FakeClock) -> None:
    section = settings_for(services, tmp_path).section(UisSection)
    switches(services).errors.extend([(-32603, "internal_error")] * 3)
    found = UisClient(section.model_copy(update={"max_attempts": 2}), clock, page=2)
    with contextlib.closing(found), pytest.raises(ServiceUnavailableError):
        ids(found)
    assert sum(services.requests.values()) == 2


def test_failures_of_the_service_are_waited_out(
    client: UisClient, services: Services, clock: FakeClock
) -> None:
    switches(services).errors.extend([(-32603, "internal_error"), (-32029, "limit_exceeded")])
    services.faults.fail_next("/v2.0", 502)
    assert len(ids(client)) == 5
    assert sum(clock.slept) >= 70  # ten seconds and a minute
    switches(services).errors.extend([(-32603, "internal_error")] * 6)
    with pytest.raises(ServiceUnavailableError, match="failure of its own"):
        ids(client)


def test_the_limit_of_a_minute_is_waited_for_before_it_is_hit(
    client: UisClient, services: Services, clock: FakeClock
) -> None:
    switches(services).minute_remaining = 1
    ids(client)
    assert [seconds for seconds in clock.slept if seconds > 1] == [30, 30]  # before pages 2 and 3


def test_a_used_up_day_is_not_waited_for(
    client: UisClient, services: Services, clock: FakeClock
) -> None:
    switches(services).day_remaining = 0
    ids(client)
    assert client.day_remaining == 0
    switches(services).errors.append((-32029, "limit_exceeded"))
    with pytest.raises(ServiceUnavailableError, match="requests are used up"):
        ids(client)
    assert max(clock.slept) < 30


def test_a_field_of_a_component_that_is_not_there_stays_empty(
    client: UisClient, services: Services
) -> None:
    switches(services).disabled_fields = frozenset({"utm_source", "tags"})
    records = client.report(CALLS, SINCE, UNTIL)
    assert len(records) == 5
    assert {"utm_source", "tags"}.isdisjoint(records[0])


def test_answers_of_another_form_say_where_to_look(client: UisClient, services: Services) -> None:
    switches(services).no_total = True
    with pytest.raises(SourceFormatError, match="total_items"):
        ids(client)
    services.faults.fail_next("/v2.0", 200)
    with pytest.raises(SourceFormatError, match="base_url"):
        ids(client)


def test_the_zone_is_the_settings_then_the_accounts_then_the_companys(
    client: UisClient, services: Services, tmp_path: Path
) -> None:
    settings = settings_for(services, tmp_path)
    section = settings.section(UisSection)
    assert zone_of(section, client.account(), settings.zone).key == "Europe/Moscow"
    other = section.model_copy(update={"timezone": "Asia/Omsk"})
    assert zone_of(other, client.account(), settings.zone).key == "Asia/Omsk"
    switches(services).timezone = None
    assert zone_of(section, client.account(), settings.zone).key == "Asia/Vladivostok"


def test_no_secret_in_logs_or_errors(
    client: UisClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = services.environment()["SOURCES__UIS__ACCESS_TOKEN"]
    switches(services).echo_token = True
    switches(services).errors.extend([(-32603, "internal_error"), (-32001, "auth_error")])
    with pytest.raises(AuthError) as failed:
        ids(client)
    assert "***" in str(failed.value)
    assert token not in str(failed.value) + caplog.text
    assert contacts(services)


def test_a_missing_token_is_named(client: UisClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__UIS__ACCESS_TOKEN")
    with pytest.raises(MissingSecretError, match="SOURCES__UIS__ACCESS_TOKEN"):
        ids(client)
