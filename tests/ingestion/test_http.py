"""The shared HTTP client: its throttle, its retries, when it gives up."""

import threading
import time

import pytest

from ingestion.errors import ServiceUnavailableError
from ingestion.http import Throttle
from tests.ingestion.scripted import HTML, FakeClock, Reply, Script, client


def test_throttle_spaces_calls_evenly_and_does_not_save_up(clock: FakeClock) -> None:
    throttle = Throttle(5, clock)
    starts = []
    for _ in range(3):
        throttle.wait()
        starts.append(clock.time)
    clock.time += 60
    for _ in range(3):
        throttle.wait()
        starts.append(clock.time)
    assert starts == pytest.approx([0, 0.2, 0.4, 60.4, 60.6, 60.8])


def test_throttle_holds_over_threads() -> None:
    throttle, starts = Throttle(200), []

    def work() -> None:
        for _ in range(10):
            throttle.wait()
            starts.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(starts) == 40
    assert max(starts) - min(starts) >= 39 / 200 * 0.95


def test_pause_holds_everybody(clock: FakeClock) -> None:
    throttle = Throttle(10, clock)
    throttle.pause(3)
    throttle.wait()
    throttle.wait()
    assert clock.time == pytest.approx(3.1)


def test_backs_off_1_2_4_with_jitter_and_then_succeeds(script: Script, clock: FakeClock) -> None:
    script.say(Reply(429), Reply(502, HTML), Reply(503), Reply(200, b'{"ok":1}'))
    answer = client(script.url, clock).request("GET", "/leads")
    assert answer.json() == {"ok": 1}
    assert len(script.seen) == 4
    for slept, base in zip(clock.slept, (1, 2, 4), strict=True):
        assert base <= slept <= base * 1.25


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "17"},
        {"Date": "Sat, 31 Oct 2026 20:00:00 GMT", "Retry-After": "Sat, 31 Oct 2026 20:00:17 GMT"},
    ],
)
def test_retry_after_is_honoured(script: Script, clock: FakeClock, headers: dict[str, str]) -> None:
    script.say(Reply(429, headers=headers), Reply())
    client(script.url, clock).request("GET", "/leads")
    assert sum(clock.slept) == pytest.approx(17)


def test_a_garbled_retry_after_falls_back_to_back_off(script: Script, clock: FakeClock) -> None:
    script.say(Reply(429, headers={"Retry-After": "soon"}), Reply())
    client(script.url, clock).request("GET", "/leads")
    assert 1 <= sum(clock.slept) <= 1.25


def test_a_very_long_retry_after_is_not_waited_for(script: Script, clock: FakeClock) -> None:
    script.say(Reply(503, headers={"Retry-After": "86400"}))
    with pytest.raises(ServiceUnavailableError, match="after 1 attempts"):
        client(script.url, clock).request("GET", "/leads")
    assert sum(clock.slept) == 0


def test_a_cut_connection_is_retried(script: Script, clock: FakeClock) -> None:
    script.say(Reply(200, b'{"half":', is_cut=True), Reply(200, b'{"ok":1}'))
    assert client(script.url, clock, timeout=0.3).request("GET", "/x").json() == {"ok": 1}


def test_gives_up_and_names_host_and_reason(script: Script, clock: FakeClock) -> None:
    script.say(Reply(504, HTML))
    with pytest.raises(ServiceUnavailableError) as raised:
        client(script.url, clock, max_attempts=3).request("GET", "/leads?token=abc")
    text = str(raised.value)
    assert raised.value.retryable
    assert script.url.removeprefix("http://") in text
    assert "HTTP 504" in text
    assert "3 attempts" in text
    assert "token" not in text
    assert len(script.seen) == 3


def test_unreachable_host_is_named(clock: FakeClock) -> None:
    with pytest.raises(ServiceUnavailableError, match=r"127\.0\.0\.1:9 .*check base_url"):
        client("http://127.0.0.1:9", clock).request("GET", "/leads")
    assert len(clock.slept) == 5
