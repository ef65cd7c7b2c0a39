"""A scripted HTTP server on a loopback port, and a clock that nobody waits for."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ingestion.http import Clock, HttpClient, Throttle

SECRET = "s3cr3t-token-of-the-company"
HTML = b"<html><body><h1>403 Forbidden</h1></body></html>"


class FakeClock(Clock):
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


class Script(ThreadingHTTPServer):
    """Answers with the replies given, in order; the last one repeats."""

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque([Reply()])
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def say(self, *replies: Reply) -> None:
        self.replies = deque(replies)


class _Handler(BaseHTTPRequestHandler):
    server: Script

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        replies = self.server.replies
        reply = replies.popleft() if len(replies) > 1 else replies[0]
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + 100 * reply.is_cut))
        self.end_headers()
        self.wfile.write(reply.body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def scripted() -> Iterator[Script]:
    with Script() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def client(url: str, clock: Clock, **more: Any) -> HttpClient:
    def auth() -> dict[str, str]:
        return {"Authorization": f"Bearer {SECRET}"}

    return HttpClient("CRM", url, Throttle(7, clock), more.pop("auth", auth), clock=clock, **more)
