"""Tells a person how a long walk goes: pages, rows, rate, and about how long it will take."""

import logging
from collections.abc import Callable
from typing import Any

from ingestion.http import Clock

logger = logging.getLogger(__name__)

PAGES_PER_REPORT = 50


class Progress:
    """Reports on a walk of many rounds; the rate and the time left are those of this round.

    Args:
        name: of the list.
        walk: with counts of ``pages`` and ``rows`` so far.
        share_read: how much of the walk is behind, 0 to 1.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        walk: dict[str, Any],
        share_read: Callable[[dict[str, Any]], float],
    ) -> None:
        self._name = name
        self._clock = clock
        self._walk = walk
        self._share_read = share_read
        self._began = clock.now()
        self._pages, self._rows = walk["pages"], walk["rows"]
        self._share: float | None = None

    def report(self, *, is_end: bool = False) -> None:
        """Log a line every so many pages, and at the end of a walk of more than so many."""
        pages = self._walk["pages"]
        if self._share is None:
            self._share = self._share_read(self._walk)
        if pages < PAGES_PER_REPORT or (pages % PAGES_PER_REPORT and not is_end):
            return
        seconds = max(self._clock.now() - self._began, 0.001)
        left = "done" if is_end else self._left(seconds)
        logger.info(
            "amoCRM: %s: %d pages, %d rows; %.1f pages and %.0f rows a second; %s",
            *(self._name, pages, self._walk["rows"]),
            *((pages - self._pages) / seconds, (self._walk["rows"] - self._rows) / seconds),
            left,
        )

    def _left(self, seconds: float) -> str:
        done = self._share_read(self._walk)
        gained = done - (self._share or 0.0)
        if gained <= 0 or done >= 1:
            return "time left unknown"
        minutes = seconds * (1 - done) / gained / 60
        if minutes < 2:
            return "a minute or two left"
        if minutes < 120:
            return f"about {minutes:.0f} min left"
        return f"about {minutes / 60:.0f} h left"
