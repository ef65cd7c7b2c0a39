"""Loads sources side by side: each in a thread of its own, one at a time in the warehouse.

A run's loading steps go one after another, as DuckDB's single writer wants it; the loads behind
them do not. The first step starts them all, and every step waits for its own.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType

import dagster as dg
import duckdb

from ingestion import registry
from ingestion.errors import SkvozError
from ingestion.pipeline import Loaded, load_source
from ingestion.registry import SourceSpec
from ingestion.sections import HttpSection
from ingestion.settings import Settings
from orchestration.failures import expected_failure
from orchestration.load_log import Attempt, record
from orchestration.warehouse import IN_PROCESS, connect

logger = logging.getLogger("ingestion.loading")  # shown with the connectors' own lines

Load = Callable[[SourceSpec, Settings, "Turn"], Loaded]


class TooSlowError(SkvozError):
    """A source did not finish within its time limit; the run goes on without it."""


class Turn:
    """A source's turns in the warehouse; once revoked it gets no more of them."""

    def __init__(self) -> None:
        self._is_revoked = False

    def __enter__(self) -> None:
        IN_PROCESS.acquire()
        if self._is_revoked:
            IN_PROCESS.release()
            raise TooSlowError("the run went on without this load; nothing of it was written")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        IN_PROCESS.release()

    def revoke(self) -> None:
        """Wait out a turn that is being taken, and give no other."""
        with IN_PROCESS:
            self._is_revoked = True


class SideBySide:
    """The loads of one run."""

    def __init__(self, settings: Settings, load: Load = load_source) -> None:
        self._settings = settings
        self._load = load
        self._begun: set[str] = set()
        self._running: dict[str, tuple[Future[Loaded], Turn, datetime]] = {}

    def start(self, names: Iterable[str]) -> None:
        """Begin loading these sources, but for those that this run has begun before."""
        for name in names:
            if name not in self._begun:
                self._begin(name)

    def result(self, name: str) -> Loaded:
        """Wait for a source; asked again after a failure it loads again.

        Raises:
            TooSlowError: it is not done within its time limit and has been cut off.
            Exception: whatever the load raised.
        """
        if name not in self._running:
            self._begin(name)
        future, turn, began = self._running.pop(name)
        limit = self._limit(name)
        try:
            spent = (datetime.now(UTC) - began).total_seconds()
            return future.result(None if limit is None else limit - spent)
        except NotYetError:
            turn.revoke()
            if future.done():  # it was writing its last rows
                return future.result()
            late = TooSlowError(
                f"{name}: not loaded within {limit or 0:.0f} s, the run goes on without it; what "
                "it has committed stays and the next run goes on from there. If it needs longer, "
                f"raise time_limit_minutes in [sources.{name}] of company.toml"
            )
            self._record(Turn(), Attempt(name, began, datetime.now(UTC), reason=str(late)))
            raise late from None

    def abandon(self) -> None:
        """Let no load write any more: the run is over."""
        for _, turn, _ in self._running.values():
            turn.revoke()
        self._running.clear()

    def _begin(self, name: str) -> None:
        spec = registry.discover()[name]
        self._begun.add(name)
        future: Future[Loaded] = Future()
        turn, began = Turn(), datetime.now(UTC)

        def work() -> None:
            try:
                self._record(turn, Attempt(spec.name, began))
                loaded = self._load(spec, self._settings, turn)
                self._record(turn, Attempt(spec.name, began, datetime.now(UTC), loaded))
                future.set_result(loaded)
            except BaseException as error:
                expected = expected_failure(error, self._settings.data_dir)
                reason = str(expected or f"{type(error).__name__}, see the run's log")
                attempt = Attempt(spec.name, began, datetime.now(UTC), reason=reason)
                # the load's own trouble is what a person has to hear of
                with contextlib.suppress(SkvozError, duckdb.Error, OSError):
                    self._record(turn, attempt)
                future.set_exception(error)

        # a daemon: a service that never answers must not keep the process from ending
        threading.Thread(target=work, name=f"load {spec.name}", daemon=True).start()
        self._running[name] = (future, turn, began)

    def _record(self, turn: Turn, attempt: Attempt) -> None:
        with turn, connect(self._settings.warehouse_path) as warehouse:
            record(warehouse, attempt)

    def _limit(self, name: str) -> float | None:
        section = getattr(self._settings.sources, name)
        return section.time_limit_minutes * 60 if isinstance(section, HttpSection) else None


def build_loads(settings: Settings) -> dg.ResourceDefinition:
    """The resource ``loads``: one ``SideBySide`` a run."""

    @dg.resource(description="Loads sources side by side; one at a time in the warehouse.")
    @contextmanager
    def loads(_: dg.InitResourceContext) -> Iterator[SideBySide]:
        side_by_side = SideBySide(settings)
        try:
            yield side_by_side
        finally:
            side_by_side.abandon()

    return loads
