"""Several requests under way at once: order, bounds, errors, and what is asked in vain."""

import threading

import pytest

from ingestion.errors import ServiceUnavailableError
from ingestion.sources.amocrm.ahead import SURE_AFTER, in_order
from ingestion.sources.amocrm.client import AmocrmClient
from tests.ingestion.amocrm.conftest import Stand
from tests.ingestion.scripted import FakeClock


class Service:
    """Counts how many are asked at once; past the twentieth they wait for one another."""

    def __init__(self, width: int = 1) -> None:
        self.asked: list[int] = []
        self.under_way = self.most = 0
        self._lock = threading.Lock()
        self._meet = threading.Barrier(width) if width > 1 else None

    def ask(self, number: int) -> str:
        with self._lock:
            self.asked.append(number)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if self._meet is not None and number > 20:
            self._meet.wait(10)
        with self._lock:
            self.under_way -= 1
        return f"page {number}"


def test_answers_come_in_order_and_so_many_are_under_way() -> None:
    service = Service(4)
    found = list(in_order(service.ask, 1, 40, 4))
    assert found == [(n, f"page {n}") for n in range(1, 41)]
    assert sorted(service.asked) == list(range(1, 41))
    assert service.most == 4


def test_a_window_is_not_overstepped() -> None:
    service = Service()
    assert [n for n, _ in in_order(service.ask, 11, 18, 8)] == list(range(11, 19))
    assert max(service.asked) == 18
    assert list(in_order(service.ask, 5, 4, 8)) == []


def test_a_short_list_costs_nothing_in_vain() -> None:
    service = Service()
    pages = in_order(service.ask, 1, None, 8)
    for _ in range(SURE_AFTER):
        next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert service.asked == list(range(1, SURE_AFTER + 1))


@pytest.mark.parametrize("read", [6, 9, 30])
def test_a_longer_one_costs_less_than_the_width(read: int) -> None:
    service = Service()
    pages = in_order(service.ask, 1, None, 8)
    for _ in range(read):
        next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert len(service.asked) - read < min(8, 2 * (read - SURE_AFTER + 1))


def test_an_error_comes_where_its_page_would() -> None:
    def ask(number: int) -> int:
        if number == 9:
            raise ValueError("page 9")
        return number

    pages, found = in_order(ask, 1, None, 8), []
    with pytest.raises(ValueError, match="page 9"):
        found += [number for number, _ in pages]
    pages = in_order(ask, 1, None, 8)
    assert [next(pages)[0] for _ in range(8)] == list(range(1, 9))


def test_a_refusal_for_too_many_requests_pauses_everybody(stand: Stand) -> None:
    stand.faults.page_cap = 1
    clock = FakeClock()
    stand.faults.fail_next("/api/v4/leads", 200, 200, 200)
    client = AmocrmClient(stand.settings, clock)
    client.account()
    stand.faults._failures.clear()
    stand.faults.fail_next("/api/v4/leads", *[429] * 3)
    pages = client.walk("leads", "leads", [("order[id]", "asc")], 1, is_ahead=True)
    assert len(list(pages)) == 10
    assert stand.services.amocrm.statuses[429] == 3
    assert clock.time >= 1 + 2 + 4  # nobody started meanwhile: one throttle holds all


def test_a_service_that_goes_down_midway_is_named(stand: Stand) -> None:
    stand.faults.page_cap = 1
    client = stand.client()
    pages = client.walk("leads", "leads", [("order[id]", "asc")], 1, is_ahead=True)
    for _ in range(6):
        next(pages)
    stand.faults.fail_next("/api/v4/leads", *[503] * 60)
    with pytest.raises(ServiceUnavailableError, match="HTTP 503"):
        list(pages)
