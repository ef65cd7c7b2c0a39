"""In which order files were taken: of two that tell of the same day the later one counts."""

from typing import Any


class FileOrder:
    """Numbers loads in a resource's state, so that they move only with the data.

    A file keeps the number of the load that took it first, however often it is read anew. One
    object serves one load; files of one load are told apart by their times and names.
    """

    def __init__(self) -> None:
        self._number: int | None = None

    def number(self, state: dict[str, Any], sha256: str) -> int:
        """The load that a file came with, counted from 1."""
        if self._number is None:
            self._number = state["loads"] = int(state.get("loads", 0)) + 1
        known: dict[str, int] = state.setdefault("taken_in_load", {})
        return known.setdefault(sha256, self._number)
