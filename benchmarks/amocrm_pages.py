"""An amoCRM that answers from rendered bytes: what is measured is the loader, not the server.

``python -m benchmarks.amocrm_pages`` with an ``Account`` as JSON renders nested leads once, by
pages of 250 in order of id, and serves them on loopback until standard input closes; its address is
its first line. A first load without the paid filter asks for nothing else. ``/seen`` tells what
came: the moment, the page asked for, and the status, of every request.
"""

import asyncio
import contextlib
import json
import mmap
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import orjson

PAGE = 250
ACCOUNT = 777
_BEGIN = 1_600_000_000
_HOST = "https://example.amocrm.ru/api/v4"
_ECHO = "?with=contacts%2Closs_reason%2Csource&page=1&limit=250"
_MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content")


def lead(number: int) -> dict[str, Any]:
    """A deal as amoCRM prints it: 2 KB with six custom fields, tags, a company and a contact."""
    at, is_lost = _BEGIN + number * 30, number % 3 == 0
    fields: list[dict[str, Any]] = [
        {
            "field_id": 500 + place,
            "field_name": mark,
            "field_code": mark.upper(),
            "field_type": "tracking_data",
            "values": [{"value": f"{mark}-{number % 97}"}],
        }
        for place, mark in enumerate(_MARKS)
    ]
    fields.append(_field(506, "Номер счёта", "text", {"value": f"СЧ-{number}"}))
    fields.append(
        _field(507, "Вид работ", "select", {"value": "Монтаж", "enum_id": 90, "enum_code": None})
    )
    reason = {"id": 5, "name": "Дорого", "sort": 10, "created_at": _BEGIN, "updated_at": _BEGIN}
    return {
        "id": number,
        "name": f"Сделка {number}",
        "price": 1000 + number % 50_000,
        "responsible_user_id": 11 + number % 20,
        "group_id": 0,
        "status_id": 143 if is_lost else 142,
        "pipeline_id": 101,
        "loss_reason_id": 5 if is_lost else None,
        "source_id": 61,
        "created_by": 11,
        "updated_by": 12,
        "created_at": at,
        "updated_at": at + 86_400,
        "closed_at": at + 90_000,
        "closest_task_at": None,
        "is_deleted": False,
        "custom_fields_values": fields,
        "score": None,
        "account_id": ACCOUNT,
        "labor_cost": None,
        "is_price_computed": False,
        "price_with_minor_units": 1000 + number % 50_000 + 0.5,
        "_links": _link("leads", number),
        "_embedded": {
            "tags": [
                {"id": 1, "name": "опт", "color": None},
                {"id": 2, "name": "постоянный", "color": None},
            ],
            "companies": [{"id": number // 3, "_links": _link("companies", number // 3)}],
            "contacts": [
                {"id": number // 2, "is_main": True, "_links": _link("contacts", number // 2)}
            ],
            "loss_reason": [reason] if is_lost else [],
            "source": {"id": 61, "name": "Телефония"},
        },
    }


def _field(number: int, name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    head = {"field_id": number, "field_name": name, "field_code": None, "field_type": kind}
    return {**head, "values": [value]}


def _link(path: str, number: int) -> dict[str, Any]:
    return {"self": {"href": f"{_HOST}/{path}/{number}{_ECHO}"}}


@dataclass(frozen=True)
class Account:
    """What is served, and how.

    Args:
        folder: where the rendered pages lie.
        cpu: the core to run on; None: any.
        latency: seconds before every answer.
        limit: requests in any second; over it 429. None: as many as come.
    """

    folder: str
    leads: int
    cpu: int | None = None
    latency: float = 0
    limit: int | None = None


@contextmanager
def served(account: Account) -> Iterator[str]:
    """The address of a server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.amocrm_pages", json.dumps(asdict(account))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait()


def pin(cpu: int | None) -> None:
    """Keep this process on one core, where the machine has it and can be told."""
    if cpu is not None:
        with contextlib.suppress(AttributeError, OSError):
            os.sched_setaffinity(0, {cpu})


class _Pages:
    def __init__(self, folder: Path, leads: int) -> None:
        path = folder / "pages.bin"
        self._spans: list[tuple[int, int]] = []
        self._count = -(-leads // PAGE)
        with path.open("wb") as file:
            for number in range(self._count):
                ids = range(number * PAGE + 1, min((number + 1) * PAGE, leads) + 1)
                at, page = file.tell(), self._render(number + 1, ids)
                file.write(page)
                self._spans.append((at, at + len(page)))
        with path.open("rb") as file:
            self._bytes = memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))

    def _render(self, number: int, ids: range) -> bytes:
        links = {"self": {"href": f"{_HOST}/leads?page={number}"}}
        if number < self._count:
            links["next"] = {"href": f"{_HOST}/leads?page={number + 1}"}
        body = {"_page": number, "_links": links, "_embedded": {"leads": [lead(x) for x in ids]}}
        return orjson.dumps(body)

    def page(self, number: int) -> memoryview | None:
        if number > len(self._spans):
            return None
        start, end = self._spans[number - 1]
        return self._bytes[start:end]

    def newest(self, number: int) -> bytes | None:
        """The list from the latest edit down, as far as anybody needs it: one page."""
        last = self.page(len(self._spans))
        if number > 1 or last is None:
            return None
        body = orjson.loads(last)
        body["_embedded"]["leads"].reverse()
        return orjson.dumps(body)


class _Protocol(asyncio.Protocol):
    account: Account
    pages: _Pages
    seen: ClassVar[list[tuple[float, int, int]]] = []
    transport: asyncio.Transport

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
            target = head.split(b" ", 2)[1]
            status, page, body = self._answer(target)
            if target != b"/seen":
                self.seen.append((time.monotonic(), page, status))
            delay = self.account.latency if target != b"/seen" else 0
            asyncio.get_running_loop().call_later(delay, self._send, status, body)

    def _answer(self, target: bytes) -> tuple[int, int, bytes | memoryview]:
        """Status, number of the page of leads (0: something else) and body."""
        path, _, query = target.partition(b"?")
        if path == b"/seen":
            return 200, 0, json.dumps(self.seen).encode()
        if self._is_too_much():
            return 429, 0, b""
        if path.endswith(b"/account"):
            own = {"id": ACCOUNT, "created_at": _BEGIN, "is_api_filter_enabled": False}
            return 200, 0, orjson.dumps(own)
        if not path.endswith(b"/leads") or b"only_deleted" in query:
            return 204, 0, b""
        number = int(next(x[5:] for x in query.split(b"&") if x.startswith(b"page=")))
        body = self.pages.newest(number) if b"=desc" in query else self.pages.page(number)
        return (204, 0, b"") if body is None else (200, number, body)

    def _is_too_much(self) -> bool:
        limit, now = self.account.limit, time.monotonic()
        if limit is None:
            return False
        recent = [at for at, _, status in self.seen[-2 * limit :] if status < 300 and now - at < 1]
        return len(recent) >= limit

    def _send(self, status: int, body: bytes | memoryview) -> None:
        length = b"" if status == 204 else b"Content-Length: %d\r\n" % len(body)
        head = b"HTTP/1.1 %d %s\r\nContent-Type: application/hal+json\r\n%s\r\n"
        self.transport.write(head % (status, HTTPStatus(status).phrase.encode(), length))
        if len(body):
            self.transport.write(body)


async def _serve(account: Account) -> None:
    _Protocol.account = account
    _Protocol.pages = _Pages(Path(account.folder), account.leads)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    described = Account(**json.loads(sys.argv[1]))
    pin(described.cpu)
    asyncio.run(_serve(described))
