"""Reads a list in the order of ids, in rounds: nothing moves in it while pages are read.

What is edited behind the walk's back has a time after its beginning, so the next run finds it. A
row deleted meanwhile shifts the rest by one place; the wide walk from time to time finds whom.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.fields import Item
from ingestion.sources.amocrm.settings import LIST_LIMIT

FOREVER = 2**31 - 1  # unix seconds; amoCRM wants both ends of a range


@dataclass(frozen=True)
class IdWalk:
    """A walk over ``path``, whose filter by edit is free and whose order is by id.

    Args:
        name: what the items are called under ``_embedded``.
        moment_of: when an item was edited last, unix seconds.
        now: the run's moment, unix seconds; the watermark never passes it.
        overlap: seconds before the watermark that are read again.
        wide_every: seconds after which everything is read again.
        pages_per_round: a longer walk goes on in the next round.
    """

    path: str
    name: str
    moment_of: Callable[[Item], int]
    now: int
    overlap: int
    wide_every: int
    pages_per_round: int

    def edited(self, client: AmocrmClient, state: dict[str, Any]) -> Iterator[list[Item]]:
        """Items edited since the watermark in ``state``, which moves when the walk has ended.

        After the last page of a round ``is_under_way`` holds until another round ends the walk.
        """
        walk = state.get("walk") or self._begin(state)
        since, first = walk["since"], walk["page"]
        query: Params = [("order[id]", "asc")]
        if since is not None:
            query += [("filter[updated_at][from]", since), ("filter[updated_at][to]", FOREVER)]
        last, has_next = first + self.pages_per_round - 1, False
        # rows come in between those of a filtered list, but not in between those of the whole one
        pages = client.walk(
            *(self.path, self.name, query, LIST_LIMIT), pages=(first, last), is_ahead=since is None
        )
        for page in pages:
            moments = [self.moment_of(item) for item in page.items]
            walk["seen"] = max(walk["seen"], *moments)
            # a server that ignores the filter gives what was taken long ago
            yield [
                item
                for item, moment in zip(page.items, moments, strict=True)
                if since is None or moment >= since
            ]
            has_next = page.has_next and page.number == last
        if has_next:
            # the last page once more: rows deleted meanwhile have pulled others onto it
            state["walk"] = walk | {"page": last}
            return
        state.pop("walk", None)
        if walk["seen"]:
            state["watermark"] = max(state.get("watermark", 0), min(walk["seen"], walk["begun_at"]))
        if since is None:
            state["wide_at"] = walk["begun_at"]

    def _begin(self, state: dict[str, Any]) -> dict[str, Any]:
        mark = state.get("watermark")
        is_wide = mark is None or self.now - state.get("wide_at", 0) >= self.wide_every
        since = None if mark is None or is_wide else max(0, mark - self.overlap)
        return {"begun_at": self.now, "since": since, "page": 1, "seen": 0}


def is_under_way(state: dict[str, Any]) -> bool:
    """Whether a walk has stopped at the end of a round and is to be gone on with."""
    return "walk" in state
