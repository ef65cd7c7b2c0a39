"""The offline queue of the local Yandex Direct."""

from collections.abc import Iterator

import pytest

from sandbox.running import Services, serve
from tests.sandbox.servers_client import error_code, report, table
from tests.sandbox.small import small_company


@pytest.fixture
def services() -> Iterator[Services]:
    with serve(small_company()) as running:
        yield running


def test_a_queued_report_is_accepted_built_and_ready(services: Services) -> None:
    services.faults.direct_queue_polls = 2
    answers = [report(services) for _ in range(5)]
    assert [a.status_code for a in answers] == [201, 202, 202, 200, 200]
    assert [a.headers.get("retryIn") for a in answers] == ["1", "1", "1", None, None]
    assert [a.headers["reportsInQueue"] for a in answers] == ["1", "1", "1", "0", "0"]
    assert len(table(answers[3])) == 6
    assert report(services, {"processingMode": "online"}).status_code == 200


def test_offline_mode_queues_and_may_leave_the_wait_unsaid(services: Services) -> None:
    services.faults.direct_retry_in = None
    answers = [report(services, {"processingMode": "offline"}) for _ in range(3)]
    assert [a.status_code for a in answers] == [201, 202, 200]
    assert "retryIn" not in answers[0].headers


def test_the_queue_has_five_places(services: Services) -> None:
    services.faults.direct_queue_polls = 1
    accepted = [report(services, ReportName=f"r{n}").status_code for n in range(5)]
    full = report(services, ReportName="r5")
    assert accepted == [201] * 5
    assert (full.status_code, error_code(full)) == (400, 9000)
    for _ in range(2):
        report(services, ReportName="r0")
    assert report(services, ReportName="r5").status_code == 201


def test_the_queue_may_be_said_to_be_full(services: Services) -> None:
    services.faults.direct_queue_polls, services.faults.direct_queue_full_times = 0, 2
    codes = [report(services).status_code for _ in range(4)]
    assert codes == [400, 400, 201, 200]


def test_one_name_cannot_mean_two_reports(services: Services) -> None:
    services.faults.direct_queue_polls = 0
    report(services)
    taken = report(services, FieldNames=["Date", "Cost"])
    assert (taken.status_code, error_code(taken)) == (400, 4000)
    assert report(services).status_code == 200
    assert report(services, FieldNames=["Date", "Cost"]).status_code == 400  # ready, still kept


def test_a_ready_report_is_served_as_it_was_built(services: Services) -> None:
    services.faults.direct_queue_polls = 0
    report(services)
    before = table(report(services))
    services.company.spend.clear()
    assert table(report(services)) == before
    services.faults.direct_ready_seconds = 0
    assert report(services).status_code == 201
