"""A failed step reaches the journal and the webhook, and the webhook's address reaches no log."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from orchestration.alerts import send_alert

ALERT = {"job": "daily", "step": "load_amocrm", "reason": "токен отозван"}


class Receiver(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[object] = []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_journal_keeps_every_alert_without_a_webhook(tmp_path: Path) -> None:
    journal = tmp_path / "new" / "alerts.jsonl"
    send_alert(journal, ALERT)
    send_alert(journal, ALERT)
    lines = journal.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [ALERT, ALERT]


def test_the_webhook_gets_the_same(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}/hook-4711"
    monkeypatch.setenv("SOURCES__ALERTS__WEBHOOK_URL", url)
    send_alert(tmp_path / "alerts.jsonl", ALERT)
    assert receiver.bodies == [ALERT]


@pytest.mark.parametrize("status", [500, 404])
def test_a_failing_webhook_is_logged_without_its_address(
    status: int,
    tmp_path: Path,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.status = status
    url = f"http://127.0.0.1:{receiver.server_port}/hook-4711"
    monkeypatch.setenv("SOURCES__ALERTS__WEBHOOK_URL", url)
    with caplog.at_level(logging.DEBUG, logger="orchestration"):
        send_alert(tmp_path / "alerts.jsonl", ALERT)
    assert "alert webhook failed: HTTPError" in caplog.text
    assert "hook-4711" not in caplog.text
    assert (tmp_path / "alerts.jsonl").exists()
