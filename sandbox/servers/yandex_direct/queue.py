"""The offline queue: five reports at most, each known by its name while it is there."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.faults import Faults
from sandbox.servers.yandex_direct.errors import DirectError

_PLACES = 5


@dataclass
class _Queued:
    params: bytes
    polls_left: int
    report: bytes | None = None
    ready_at: float = 0.0


class Queue:
    """One user's offline reports, by (login, name)."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._reports: dict[tuple[str, str], _Queued] = {}

    @property
    def waiting(self) -> int:
        """How many are still being built."""
        return sum(report.report is None for report in self._reports.values())

    def ask(
        self, key: tuple[str, str], params: bytes, polls: int, build: Callable[[], bytes]
    ) -> tuple[int, bytes]:
        """(201 | 202 | 200, the report's text when it is ready).

        A ready report is served as it was built for five hours: asking again does not rebuild it.

        Raises:
            DirectError: 9000 when the queue is full, 4000 when the name is taken by other params.
        """
        self._forget_old()
        known = self._reports.get(key)
        if known is None:
            if self.waiting >= _PLACES or self.faults.take_queue_refusal():
                raise DirectError(9000, f"No more than {_PLACES} reports in the queue")
            self._reports[key] = _Queued(params, polls)
            return 201, b""
        if known.params != params:
            raise DirectError(4000, "A report of this name with other parameters is in the queue")
        if known.report is None:
            if known.polls_left > 0:
                known.polls_left -= 1
                return 202, b""
            known.report, known.ready_at = build(), time.monotonic()
        return 200, known.report

    def _forget_old(self) -> None:
        oldest = time.monotonic() - self.faults.direct_ready_seconds
        self._reports = {
            key: report
            for key, report in self._reports.items()
            if report.report is None or report.ready_at >= oldest
        }
