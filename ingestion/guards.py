"""Stops a load that brings suspiciously little before it replaces what is there."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ingestion.errors import SkvozError
from ingestion.settings import Settings

# Fewer rows than this say nothing by their number: only their vanishing altogether is news.
MEANINGFUL_ROWS = 20
# How far back counts of days are remembered: every source's look-back fits in.
REMEMBERED_DAYS = 400


class VolumeDropError(SkvozError):
    """A source returned much less than it had; a person decides whether that is the truth."""


class VolumeGuard:
    """Compares what a table receives with what the same lists or days held before.

    Args:
        source: the source's name, for the setting, the message and the command that accepts.
        table: whose rows are counted.
        state: the resource's dlt state, where counts are kept; they move only with the data.
    """

    def __init__(self, source: str, table: str, state: dict[str, Any], settings: Settings) -> None:
        self._source = source
        self._table = table
        self._counts: dict[str, Any] = state.setdefault("volumes", {})
        section = getattr(settings.sources, source)
        is_accepted = source in settings.accept_less
        self._share = Decimal(0) if is_accepted else Decimal(section.minimum_volume_share)

    def check_total(self, key: str, rows: int) -> None:
        """Check a list that is read whole; ``key`` tells lists of one table apart (an account).

        Raises:
            VolumeDropError: it is empty and was not, or shorter than the set share.
        """
        known = int(self._counts.get(key, 0))
        self._check(rows, known, f"{rows} rows of {self._named(key)}")
        self._counts[key] = rows

    def check_days(self, key: str, counts: Mapping[date, int], settled_before: date) -> None:
        """Check days that are about to be replaced: rows by day, days without a row included.

        Days from ``settled_before`` on are still filling up: they are remembered, not judged.

        Raises:
            VolumeDropError: a settled day lost its rows, or they all lost more than the share.
        """
        known: dict[str, int] = self._counts.setdefault(key, {})
        settled = sorted(day for day in counts if day < settled_before and day.isoformat() in known)
        for day in settled:
            had = known[day.isoformat()]
            self._check(counts[day], had, f"{counts[day]} rows of {self._named(key)} for {day}")
        if settled:
            had = sum(known[day.isoformat()] for day in settled)
            rows = sum(counts[day] for day in settled)
            span = f"{settled[0]} to {settled[-1]}"
            self._check(rows, had, f"{rows} rows of {self._named(key)} for {span}")
        known |= {day.isoformat(): rows for day, rows in counts.items()}
        oldest = (settled_before - timedelta(days=REMEMBERED_DAYS)).isoformat()
        for day_text in [text for text in known if text < oldest]:
            del known[day_text]

    def _check(self, rows: int, known: int, found: str) -> None:
        if not self._share or not known:
            return
        is_short = known >= MEANINGFUL_ROWS and rows < self._share * known
        if rows and not is_short:
            return
        raise VolumeDropError(
            f"{self._source}: the service returned {found}, where it had {known} before; nothing "
            "was replaced. Look into the service: lost rights, a removed campaign, an outage. If "
            f"less is right, accept it once with `skvoz run --accept-less {self._source}`"
        )

    def _named(self, key: str) -> str:
        return f"{self._table} ({key})" if key else self._table
