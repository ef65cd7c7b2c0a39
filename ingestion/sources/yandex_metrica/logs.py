"""A span of visits, from the request for logs to files on the disk, and nothing left behind.

What the service prepares counts towards 10 GB of the counter until it is cleaned, so every request
is cleaned whatever happens, and what a killed run left there is found, used or cleaned.
"""

import logging
import shutil
from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path

from ingestion.days import Span, parts
from ingestion.errors import ServiceUnavailableError, SkvozError
from ingestion.http import SYSTEM_CLOCK, Clock
from ingestion.sources.yandex_metrica.client import LogRequest, MetricaClient

logger = logging.getLogger(__name__)

_WAITING = frozenset({"created", "awaiting_retry"})
_GONE = frozenset(
    {"canceled", "processing_failed", "cleaned_by_user", "cleaned_automatically_as_too_old"}
)
_LONGEST_POLL = 120.0  # seconds between two looks at a request


class LogFiles:
    """Parts of logs as files that live until the next one is asked for.

    Args:
        folder: for the files; emptied at the start, so that a killed run leaves nothing.
        settled_before: days from here on still change, so what was prepared of them is stale.
        limit_seconds: how long one request is waited for.
    """

    def __init__(
        self,
        client: MetricaClient,
        folder: Path,
        settled_before: date,
        poll_seconds: float,
        limit_seconds: float,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._client, self._folder, self._clock = client, folder, clock
        self._settled_before = settled_before
        self._poll, self._limit = poll_seconds, limit_seconds

    def of(self, counter: str, span: Span) -> Generator[Path, None, None]:
        """Files with the visits of a span, one at a time.

        Raises:
            ServiceUnavailableError: no room for the logs, not ready in time, or given up twice.
        """
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        left = self._tidy(counter, span)
        try:
            for part in [span] if left else self._possible(counter, span):
                yield from self._request(counter, part, left)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _tidy(self, counter: str, span: Span) -> LogRequest | None:
        """Clean what earlier runs left; the one that is as good as a new one is returned."""
        usable: LogRequest | None = None
        for found in self._client.list_requests(counter):
            if not found.is_ours or found.status not in {*_WAITING, "processed"}:
                continue
            # what waits will be built from today's data; what is ready was built some time ago
            is_fresh = found.status in _WAITING or span[1] < self._settled_before
            if found.span == span and is_fresh and usable is None:
                usable = found
            else:
                self._drop(counter, found)
        return usable

    def _possible(self, counter: str, span: Span) -> list[Span]:
        """The span as the service can give it: whole, or in parts."""
        evaluation = self._client.evaluate(counter, span)
        if evaluation.is_possible:
            return [span]
        if not evaluation.most_days:
            raise ServiceUnavailableError(
                f"yandex_metrica: counter {counter}: there is no room for logs of even one day: "
                "the 10 GB that Metrica keeps for a counter are full of other programs' requests; "
                "clean them there, then run again"
            )
        return list(parts(span, evaluation.most_days))

    def _request(self, counter: str, span: Span, left: LogRequest | None) -> Iterator[Path]:
        asked = left or self._client.create(counter, span)
        try:
            asked = self._ready(counter, asked)
            for part in asked.parts:
                path = self._folder / f"{asked.id}-{part}.tsv"
                self._client.download(counter, asked.id, part, path)
                yield path
                path.unlink()
        finally:
            if asked.status == "processed":
                self._drop(counter, asked)

    def _ready(self, counter: str, asked: LogRequest) -> LogRequest:
        """The request once it is processed; one that the service gave up is asked for once more."""
        deadline, wait = self._clock.now() + self._limit, self._poll
        is_second = False
        while True:
            asked = self._client.look(counter, asked.id)
            if asked.status == "processed":
                return asked
            if asked.status in _GONE:
                if is_second:
                    raise ServiceUnavailableError(
                        f"yandex_metrica: counter {counter}: Metrica gave up preparing logs for "
                        f"{asked.span[0]} to {asked.span[1]} twice ({asked.status}); "
                        "run again later"
                    )
                asked, is_second = self._client.create(counter, asked.span), True
                continue
            if asked.status not in _WAITING:
                logger.warning("yandex_metrica: unknown status %s, waiting on", asked.status)
            if self._clock.now() + wait > deadline:
                # it keeps its place in the queue: the next run finds and uses it
                raise ServiceUnavailableError(
                    f"yandex_metrica: counter {counter}: logs for {asked.span[0]} to "
                    f"{asked.span[1]} were not ready in {self._limit / 60:.0f} minutes; "
                    "run again later"
                )
            self._clock.sleep(wait)
            wait = min(wait * 1.5, _LONGEST_POLL)

    def _drop(self, counter: str, asked: LogRequest) -> None:
        """Clean or cancel; a refusal must not hide what happened before it."""
        drop = self._client.cancel if asked.status in _WAITING else self._client.clean
        try:
            drop(counter, asked.id)
        except SkvozError as error:
            logger.warning("yandex_metrica: request %d is left behind: %s", asked.id, error)
