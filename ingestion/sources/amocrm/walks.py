"""Reads lists that move: what was edited since, and the feed of events."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ingestion.http import parse_json
from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.cursor import Cursor
from ingestion.sources.amocrm.fields import Item, created_at, number_at, updated_at
from ingestion.sources.amocrm.settings import EVENTS_LIMIT, LIST_LIMIT
from ingestion.sources.amocrm.time_windows import EVENTS_BEGIN, FOREVER, TimedList, between, by_time

CATCH_UPS = 10


@dataclass(frozen=True)
class Edited:
    """How a walk over edits ended.

    Args:
        latest: the latest edit seen, unix seconds; 0: nothing was seen.
        is_whole: False when there were more pages than allowed, and the rest was left.
    """

    latest: int
    is_whole: bool


def edited(
    client: AmocrmClient,
    path: str,
    params: Params,
    since: int,
    most_pages: int | None = None,
    known: int = 0,
    *,
    is_filtered: bool = True,
) -> Generator[list[Item], None, Edited]:
    """Leads, contacts or companies edited since a moment, each version once.

    The walk goes from the latest edit down. A row edited during it jumps to the top and only makes
    rows below come twice, whereas in ascending order, or in a range closed at the top, it would
    leave its place and the next page would skip a row. What jumped is then read from the top again.
    With the paid filter the server ends the list at the cursor; without it, or if the server
    ignores it, the walk stops at the first row below.

    Args:
        most_pages: of edits later than ``known``; past them the walk is given up.
        is_filtered: False for a list that the filter is not known to hold for.
    """
    fresh = Fresh("updated_at")
    has_filter = is_filtered and client.account().has_filter
    latest, read = 0, 0
    for _ in range(CATCH_UPS):
        query: Params = [*params, ("order[updated_at]", "desc")]
        if has_filter:
            query += between("updated_at", since, FOREVER)
        top, pages, is_ordered = 0, 0, True
        with closing(client.walk(path, path, query, LIST_LIMIT)) as walk:
            for page in walk:
                times = [updated_at(item) for item in page.items]
                pages, read = pages + 1, read + (max(times) > known)
                top = top or max(times)
                latest = max(latest, *times)
                yield fresh.of(page.items, since)
                # where the order was ignored, the first old row says nothing of the next
                is_ordered = is_ordered and times == sorted(times, reverse=True)
                if is_ordered and times[-1] < since:
                    break
                if most_pages and read >= most_pages and times[-1] > known and page.has_next:
                    return Edited(latest, is_whole=False)
        if pages <= 1 or not is_ordered:
            break
        since = top
    return Edited(latest, is_whole=True)


def new_events(
    client: AmocrmClient, cursor: Cursor, types: tuple[str, ...] = (), most_pages: int = 1000
) -> Iterator[list[Item]]:
    """Events since the cursor, each once, by closed windows of time that end at ``cursor.now``.

    After ``most_pages`` it stops at the end of a window, and the cursor's state keeps where:
    ``is_under_way`` until a later round ends the walk.
    """
    begin = client.account().created_at or EVENTS_BEGIN
    place: dict[str, Any] = cursor.state.get("walk") or {
        "low": cursor.since if cursor.since is not None else min(begin, cursor.now),
        "since": cursor.since,
        "is_wide": cursor.is_wide,
    }
    query: Params = [("filter[type][]", name) for name in types]
    feed = TimedList("events", "events", query, "created_at", EVENTS_LIMIT, parse_json)
    fresh = Fresh("created_at", immutable=True)
    place = dict(place)
    for items in by_time(client, feed, place, cursor.now, most_pages):
        place["seen"] = max(place.get("seen", 0), *(created_at(item) for item in items))
        yield fresh.of(items, place["since"])
    if not place["is_end"]:
        cursor.state["walk"] = place
        return
    cursor.state.pop("walk", None)
    cursor.is_wide = place["is_wide"]
    cursor.saw(place.get("seen", 0))
    cursor.advance()


def is_under_way(state: dict[str, Any]) -> bool:
    """Whether a walk has stopped at the end of a round and is to be gone on with."""
    return "walk" in state


class Fresh:
    """Passes an item through unless the same or a later version of it has passed already."""

    def __init__(self, time_key: str, *, immutable: bool = False) -> None:
        self._moment = number_at(time_key)
        self._immutable = immutable
        self._passed: dict[Any, int] = {}

    def of(self, items: list[Item], since: int | None) -> list[Item]:
        """Items not older than ``since`` whose version is new."""
        fresh = []
        for item in items:
            key, moment = item.get("id"), self._moment(item)
            known = self._passed.get(key)
            is_new = known is None or (moment > known and not self._immutable)
            if is_new and (since is None or moment >= since):
                self._passed[key] = moment
                fresh.append(item)
        return fresh
