"""Reads moving lists so that no row is lost: edited entities, tasks, and the feed of events."""

from collections.abc import Iterator

from ingestion.sources.amocrm.client import AmocrmClient, Params
from ingestion.sources.amocrm.cursor import Cursor
from ingestion.sources.amocrm.fields import Fields, Item
from ingestion.sources.amocrm.settings import EVENT_TYPES, EVENTS_LIMIT, LIST_LIMIT

FOREVER = 2**31 - 1  # unix seconds; amoCRM wants both ends of a range
CATCH_UPS = 10
DAY = 86_400
EVENT_WINDOW = 30 * DAY
EVENT_WINDOW_CAP = 720 * DAY
# Far pages of a searched feed are where services stop answering: past this a window is halved.
EVENT_PAGES = 100
# 2010-01-01: no account has events before it; for accounts that do not tell their birthday.
EVENTS_BEGIN = 1_262_304_000


def edited(client: AmocrmClient, path: str, params: Params, cursor: Cursor) -> Iterator[list[Item]]:
    """Leads, contacts or companies edited since the cursor, each version once.

    The walk goes from the latest edit down. A row edited during it jumps to the top and only makes
    rows below come twice, whereas in ascending order, or in a range closed at the top, it would
    leave its place and the next page would skip a row. What jumped is then read from the top again.
    With the paid filter the server ends the list at the cursor; without it, or if the server
    ignores it, the walk stops at the first row below.
    """
    fresh = Fresh("updated_at")
    since, has_filter = cursor.since, client.account().has_filter
    for _ in range(CATCH_UPS):
        query: Params = [*params, ("order[updated_at]", "desc")]
        if has_filter and since is not None:
            query += _range("updated_at", since, FOREVER)
        top, pages, is_ordered = 0, 0, True
        for items in client.pages(path, path, query, LIST_LIMIT):
            times = [updated_at(item) for item in items]
            pages += 1
            top = top or max(times)
            cursor.saw(max(times))
            yield fresh.of(items, since)
            # where the order was ignored, the first old row says nothing of the next
            is_ordered = is_ordered and times == sorted(times, reverse=True)
            if since is not None and is_ordered and times[-1] < since:
                break
        if pages <= 1 or not is_ordered:
            break
        since = top
    cursor.advance()


def edited_tasks(client: AmocrmClient, cursor: Cursor) -> Iterator[list[Item]]:
    """Tasks edited since the cursor.

    They cannot be ordered by edit; by id nothing moves, and what is edited behind the walk's back
    is later than ``cursor.now``, so the next run takes it.
    """
    fresh = Fresh("updated_at")
    query: Params = [("order[id]", "asc")]
    if cursor.since is not None:
        query += _range("updated_at", cursor.since, FOREVER)
    for items in client.pages("tasks", "tasks", query, LIST_LIMIT):
        cursor.saw(max(updated_at(item) for item in items))
        yield fresh.of(items, cursor.since)
    cursor.advance()


def new_events(client: AmocrmClient, cursor: Cursor) -> Iterator[list[Item]]:
    """Events since the cursor, each once, by closed windows of time that end at ``cursor.now``."""
    fresh = Fresh("created_at", immutable=True)
    begin = client.account().created_at or EVENTS_BEGIN
    low = cursor.since if cursor.since is not None else min(begin, cursor.now)
    width = EVENT_WINDOW
    while low <= cursor.now:
        high = min(low + width - 1, cursor.now)
        found, is_filtered = False, True
        for items in _events_between(client, low, high):
            found, is_filtered = True, is_filtered and _all_within(items, low, high)
            cursor.saw(max(created_at(item) for item in items))
            yield [item for item in fresh.of(items, cursor.since) if _is_of_lead(item)]
        if not is_filtered:
            break  # the filter was ignored: that one walk has read everything there is
        width = EVENT_WINDOW if found else min(width * 2, EVENT_WINDOW_CAP)
        low = high + 1
    cursor.advance()


def _events_between(client: AmocrmClient, low: int, high: int) -> Iterator[list[Item]]:
    query: Params = [("filter[type][]", name) for name in EVENT_TYPES]
    query += [("filter[entity][]", "lead"), *_range("created_at", low, high)]
    is_filtered = True
    pages = client.pages("events", "events", query, EVENTS_LIMIT)
    for number, items in enumerate(pages, start=1):
        yield items
        is_filtered = is_filtered and _all_within(items, low, high)
        if number >= EVENT_PAGES and low < high and is_filtered:
            middle = (low + high) // 2
            yield from _events_between(client, low, middle)
            yield from _events_between(client, middle + 1, high)
            return


def _all_within(items: list[Item], low: int, high: int) -> bool:
    return all(low <= created_at(item) <= high for item in items)


class Fresh:
    """Passes an item through unless the same or a later version of it has passed already."""

    def __init__(self, time_key: str, *, immutable: bool = False) -> None:
        self._time_key = time_key
        self._immutable = immutable
        self._passed: dict[str, int] = {}

    def of(self, items: list[Item], since: int | None) -> list[Item]:
        """Items not older than ``since`` whose version is new."""
        fresh = []
        for item in items:
            key, moment = str(item.get("id")), _moment(item, self._time_key)
            known = self._passed.get(key)
            is_new = known is None or (moment > known and not self._immutable)
            if is_new and (since is None or moment >= since):
                self._passed[key] = moment
                fresh.append(item)
        return fresh


def updated_at(item: Item) -> int:
    return _moment(item, "updated_at")


def created_at(item: Item) -> int:
    return _moment(item, "created_at")


def _moment(item: Item, key: str) -> int:
    return Fields(item, "item").integer(key) or 0


def _is_of_lead(item: Item) -> bool:
    return item.get("entity_type") in {"lead", None}


def _range(name: str, low: int, high: int) -> Params:
    return [(f"filter[{name}][from]", low), (f"filter[{name}][to]", high)]
