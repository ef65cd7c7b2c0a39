"""How far a stream has been read: kept in dlt's resource state, so it moves only with the data."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

# Rows can be written with old times through the API, and a row deleted during a walk shifts the
# pages by one; a wide re-read once a week finds what such things hid from the watermark.
RECONCILE_EVERY = int(timedelta(days=7).total_seconds())


@dataclass
class Cursor:
    """A watermark in unix seconds.

    Args:
        state: the resource's state; dlt restores it from the warehouse and discards the changes of
            a run that fails.
        now: the run's moment; the watermark never passes it, whatever times rows claim.
        overlap: seconds before the watermark that are read again.
        reconcile_back: how far the weekly re-read goes; None: to the beginning.
    """

    state: dict[str, Any]
    now: int
    overlap: int
    reconcile_back: int | None = None

    def __post_init__(self) -> None:
        mark = self.state.get("watermark")
        self.is_wide = mark is None or self.now - self.state.get("wide_at", 0) >= RECONCILE_EVERY
        self.since = self._since(mark)
        self._seen = mark or 0

    def _since(self, mark: int | None) -> int | None:
        """Unix seconds to read from, inclusive; None: from the beginning."""
        if mark is None or (self.is_wide and self.reconcile_back is None):
            return None
        back = self.reconcile_back if self.is_wide and self.reconcile_back else 0
        return max(0, mark - max(back, self.overlap))

    def saw(self, moment: int) -> None:
        self._seen = max(self._seen, min(moment, self.now))

    def advance(self) -> None:
        """Everything up to the latest row seen has been handed over."""
        if self._seen:
            self.state["watermark"] = self._seen
        if self.is_wide:
            self.state["wide_at"] = self.now
