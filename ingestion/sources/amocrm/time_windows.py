"""Lists that can be asked for by time: closed windows, each read whole, that fit into few pages."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import requests

from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.fields import Item, number_at

FOREVER = 2**31 - 1  # unix seconds; amoCRM wants both ends of a range
DAY = 86_400
WIDTH = 30 * DAY
WIDEST = 720 * DAY
# Far pages of a searched list are where services stop answering: a window of more is narrowed.
WINDOW_PAGES = 100
# Rows of the last hour are indexed late: they come in between those that are there.
STILL_FILLING = 3600
# 2010-01-01: no account has events before it; for accounts that do not tell their birthday.
EVENTS_BEGIN = 1_262_304_000


@dataclass(frozen=True)
class TimedList:
    """A list with a filter by ``field``, unix seconds; ``name`` is its items' under _embedded."""

    path: str
    name: str
    query: Params
    field: str
    limit: int
    parse: Callable[[requests.Response], Any]


def by_time(
    client: AmocrmClient,
    feed: TimedList,
    place: dict[str, Any],
    end: int,
    most_pages: int,
    open_from: int | None = None,
) -> Iterator[list[Item]]:
    """Pages of items from ``place["low"]`` to ``end``, window by window.

    After ``most_pages`` it stops at the end of a window. ``place`` keeps where (``low``), how wide
    windows are, and ``is_end``; a window that turns out crowded is begun again, narrower, so
    items may come twice. A server that ignores the filter gives everything in the first window:
    then ``is_ignored`` is set, and that one walk is the whole list.

    Args:
        open_from: a window that reaches this moment goes on to ``end``.
    """
    place["is_end"] = False
    moment = number_at(feed.field)
    settled = (end if open_from is None else open_from) - STILL_FILLING
    crowd = min(WINDOW_PAGES, most_pages)
    read = 0
    while place["low"] <= end and read < most_pages:
        width = place.setdefault("width", WIDTH)
        low, high = place["low"], min(place["low"] + width - 1, end)
        if open_from is not None and high >= open_from:
            high = end
        query = [*feed.query, *between(feed.field, low, high)]
        pages, is_crowded = 0, False
        moments: list[int] = []
        walk = client.walk(
            *(feed.path, feed.name, query, feed.limit),
            parse=feed.parse,
            is_ahead=high < settled,
        )
        with closing(walk):
            for page in walk:
                yield page.items
                pages += 1
                of_page = [moment(item) for item in page.items]
                moments += (min(of_page), max(of_page))
                if not low <= moments[-2] <= moments[-1] <= high:
                    place["is_ignored"] = True
                if pages >= crowd and low < high and page.has_next:
                    is_crowded = not place.get("is_ignored")
                if is_crowded:
                    break
        read += max(pages, 1)
        if place.get("is_ignored"):
            place["low"] = end + 1
        elif is_crowded:
            # what so many pages held is about what the next window may hold
            span = max(moments) - min(moments)
            place["width"] = max(1, min(span, (high - low + 1) // 2))
        else:
            place["low"] = high + 1
            place["width"] = _next_width(width, pages, crowd)
    place["is_end"] = place["low"] > end


def _next_width(width: int, pages: int, crowd: int) -> int:
    if width > WIDEST:  # the first one of a list of cards, all the years before the account
        return WIDTH
    if pages * 4 > crowd:
        return width
    return min(width * 2, max(WIDTH, width) if pages else WIDEST)


def between(name: str, low: int, high: int) -> Params:
    """The filter of a closed range of unix seconds."""
    return [(f"filter[{name}][from]", low), (f"filter[{name}][to]", high)]
