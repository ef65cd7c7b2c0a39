"""Dictionaries as history: a row only when something about an entry changed."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from ingestion.columns import Row


class History:
    """What a dictionary said last, kept in a dlt state, so that only changes become rows.

    Args:
        state: a dict that moves with the data: entry -> its values as last told.
        key: columns that name an entry; they are whole numbers.
    """

    def __init__(self, state: dict[str, Any], key: Sequence[str]) -> None:
        self._known: dict[str, dict[str, Any]] = state.setdefault("entries", {})
        self._key = key

    def changes(self, entries: Iterable[Row], now: datetime) -> list[Row]:
        """Rows of the entries that are new, changed, gone or back, valid from ``now``.

        ``entries`` is the whole dictionary: one that is not there has been deleted. Its row
        repeats the last values, so that old deals still find its name, and is not listed.
        """
        rows, present = [], set()
        for entry in entries:
            name = ":".join(str(entry[column]) for column in self._key)
            present.add(name)
            rows += self._told(name, entry | {"is_listed": True}, now)
        for name in [name for name in self._known if name not in present]:
            rows += self._told(name, self._known[name] | {"is_listed": False}, now)
        return rows

    def _told(self, name: str, values: Row, now: datetime) -> list[Row]:
        if self._known.get(name) == values:
            return []
        self._known[name] = values
        canonical = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(canonical).hexdigest()[:16]
        return [values | {"values_hash": digest, "valid_from": now}]
