"""The services of the feeds on loopback ports of this process, for the demo and for tests."""

import asyncio
import contextlib
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from sandbox.faults import Faults
from sandbox.feed import CORE, Feed, chosen
from sandbox.model import Company
from sandbox.servers.amocrm.auth import Credentials
from sandbox.servers.traffic import Traffic
from sandbox.vocabulary import SERVICE_USERS

_START_SECONDS = 10


@dataclass(frozen=True)
class Services:
    """The feeds' services while they run: where they listen, what opens them, what they saw."""

    company: Company
    faults: Faults
    feeds: tuple[Feed, ...]
    apps: dict[str, Starlette]
    urls: dict[str, str]

    def url(self, name: str) -> str:
        """Where a feed's service listens; "" for a feed of files."""
        return self.urls.get(name, "")

    def app(self, name: str) -> Starlette:
        return self.apps[name]

    def traffic(self, name: str) -> Traffic:
        """What a feed's service was asked."""
        traffic: Traffic = self.apps[name].state.traffic
        return traffic

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How often each (method, path) was asked, of all services."""
        return sum((self.traffic(name).requests for name in self.apps), Counter())

    def environment(self) -> dict[str, str]:
        """The secrets as the project's environment variables."""
        found: dict[str, str] = {}
        for feed in self.feeds:
            if feed.name in self.apps:
                found |= feed.secrets(self.apps[feed.name])
        return found

    def config(self) -> str:
        """``company.toml`` with every one of these feeds switched on; it holds no secret."""
        head = [
            "[company]",
            f"name = {json.dumps(self.company.name, ensure_ascii=False)}",
            f"timezone = {json.dumps(self.company.spec.timezone)}",
            "",
            "[quality]",
            f"service_users = {json.dumps(SERVICE_USERS, ensure_ascii=False)}",
            "",
        ]
        return "\n".join(
            [*head, *(feed.config(self.company, self.url(feed.name)) for feed in self.feeds)]
        )

    def write_files(self, inbox: Path) -> None:
        """Lay out the files of the feeds that are files."""
        for feed in self.feeds:
            feed.write_files(self.company, inbox)

    @property
    def amocrm(self) -> Traffic:
        return self.traffic("amocrm")

    @property
    def direct(self) -> Traffic:
        return self.traffic("yandex_direct")

    @property
    def amocrm_url(self) -> str:
        return self.url("amocrm")

    @property
    def direct_url(self) -> str:
        return self.url("yandex_direct")

    @property
    def direct_token(self) -> str:
        token: str = self.app("yandex_direct").state.token
        return token

    @property
    def access_token(self) -> str:
        return self._keys.access_token

    @property
    def client_id(self) -> str:
        return self._keys.client_id

    @property
    def client_secret(self) -> str:
        return self._keys.client_secret

    @property
    def refresh_token(self) -> str:
        """The first one: it works once."""
        return self._keys.refresh_token

    @property
    def _keys(self) -> Credentials:
        keys: Credentials = self.app("amocrm").state.credentials
        return keys


@contextlib.contextmanager
def serve(
    company: Company, faults: Faults | None = None, feeds: Iterable[str] = CORE
) -> Iterator[Services]:
    """Serve a company's feeds on 127.0.0.1 until the block ends.

    Raises:
        RuntimeError: the servers did not start within ten seconds.
    """
    faults = faults or Faults()
    wanted = tuple(chosen(feeds))
    apps = {feed.name: feed.create_app(company, faults) for feed in wanted if feed.create_app}
    with listening(*apps.values()) as urls:
        yield Services(company, faults, wanted, apps, dict(zip(apps, urls, strict=True)))


@contextlib.contextmanager
def listening(*apps: Starlette) -> Iterator[list[str]]:
    """Serve apps on loopback ports until the block ends; their addresses in the same order."""
    if not apps:  # feeds of files only
        yield []
        return
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
