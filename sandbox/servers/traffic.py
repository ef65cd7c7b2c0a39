"""What the services saw, and the gate every request passes: latency, planned failures, refusals."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Faults


@dataclass(frozen=True)
class Seen:
    """One request as it came in; ``at`` is time.monotonic() of its arrival."""

    at: float
    method: str
    path: str
    query: str
    status: int


@dataclass
class Traffic:
    """Every request of one service, in the order of answers."""

    log: list[Seen] = field(default_factory=list)

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How often each (method, path) was asked."""
        return Counter((seen.method, seen.path) for seen in self.log)

    @property
    def statuses(self) -> Counter[int]:
        """How often each HTTP status was answered."""
        return Counter(seen.status for seen in self.log)

    def busiest(self, seconds: float = 1.0) -> int:
        """The most requests that arrived within any window of so many seconds."""
        times = sorted(seen.at for seen in self.log)
        most, first = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most


class Gate:
    """ASGI middleware: records the request, then refuses, fails or passes it.

    ``refuse`` is the service's own guard (ban, throttle), ``fail`` renders a planned failure.
    """

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults,
        traffic: Traffic,
        refuse: Callable[[], Response | None],
        fail: Callable[[int], Response],
    ) -> None:
        self.app, self.faults, self.traffic = app, faults, traffic
        self.refuse, self.fail = refuse, fail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        at = time.monotonic()

        async def record(message: Message) -> None:
            # before the first byte leaves: whoever holds the answer finds it in the log
            if message["type"] == "http.response.start":
                method, query = scope["method"], scope["query_string"].decode("latin-1")
                self.traffic.log.append(Seen(at, method, scope["path"], query, message["status"]))
            await send(message)

        await self._answer(scope, receive, record)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.faults.latency_seconds:
            await asyncio.sleep(self.faults.latency_seconds)
        refusal = self.refuse()
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        failure = self.faults.take_failure(scope["path"])
        if failure is None:
            await self.app(scope, receive, send)
        elif failure == "drop":
            # a length is promised and not kept: the server then closes the connection
            headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b'{"_page":', "more_body": True})
        else:
            await self.fail(failure)(scope, receive, send)
