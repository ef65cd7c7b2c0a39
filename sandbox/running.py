"""Both services on loopback ports of this process, for the demo and for tests."""

import asyncio
import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

from sandbox.faults import Faults
from sandbox.model import Company
from sandbox.servers import amocrm, yandex_direct
from sandbox.servers.traffic import Traffic

_START_SECONDS = 10


@dataclass(frozen=True)
class Services:
    """Where the services listen, what opens them, and what they saw (``amocrm``, ``direct``)."""

    amocrm_url: str
    direct_url: str
    access_token: str
    direct_token: str
    client_id: str
    client_secret: str
    refresh_token: str  # the first one: it works once
    faults: Faults
    company: Company
    amocrm: Traffic
    direct: Traffic

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How often each (method, path) was asked, of both services."""
        return self.amocrm.requests + self.direct.requests

    def environment(self) -> dict[str, str]:
        """The secrets as the project's environment variables."""
        return {
            "SOURCES__AMOCRM__ACCESS_TOKEN": self.access_token,
            "SOURCES__AMOCRM__CLIENT_ID": self.client_id,
            "SOURCES__AMOCRM__CLIENT_SECRET": self.client_secret,
            "SOURCES__AMOCRM__REFRESH_TOKEN": self.refresh_token,
            "SOURCES__YANDEX_DIRECT__TOKEN": self.direct_token,
        }


@contextlib.contextmanager
def serve(company: Company, faults: Faults | None = None) -> Iterator[Services]:
    """Serve a company on 127.0.0.1 until the block ends.

    Raises:
        RuntimeError: the servers did not start within ten seconds.
    """
    faults = faults or Faults()
    crm = amocrm.create_app(company, faults)
    direct = yandex_direct.create_app(company, faults)
    with _listening(crm, direct) as (amocrm_url, direct_url):
        keys = crm.state.credentials
        yield Services(
            amocrm_url=amocrm_url,
            direct_url=direct_url,
            access_token=keys.access_token,
            direct_token=direct.state.token,
            client_id=keys.client_id,
            client_secret=keys.client_secret,
            refresh_token=keys.refresh_token,
            faults=faults,
            company=company,
            amocrm=crm.state.traffic,
            direct=direct.state.traffic,
        )


@contextlib.contextmanager
def _listening(*apps: Starlette) -> Iterator[list[str]]:
    sockets = [_loopback() for _ in apps]
    servers = [_Server(app) for app in apps]
    thread = threading.Thread(target=_run, args=(servers, sockets), name="sandbox", daemon=True)
    thread.start()
    try:
        if not all(server.ready.wait(_START_SECONDS) for server in servers):
            raise RuntimeError(f"local services did not start within {_START_SECONDS} s")
        yield [f"http://127.0.0.1:{bound.getsockname()[1]}" for bound in sockets]
    finally:
        for server in servers:
            server.should_exit = True
        thread.join()
        for bound in sockets:
            bound.close()


def _loopback() -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind(("127.0.0.1", 0))
    return bound


class _Server(uvicorn.Server):
    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="critical",  # a connection cut on purpose is no news
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


def _run(servers: list[_Server], sockets: list[socket.socket]) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(
            *(server.serve(sockets=[bound]) for server, bound in zip(servers, sockets, strict=True))
        )

    with asyncio.Runner(loop_factory=servers[0].config.get_loop_factory()) as runner:
        runner.run(all_of_them())
