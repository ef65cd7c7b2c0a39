"""A list in order of id, by windows of pages, with a check that no row slipped between two pages.

In this order an edit moves nothing and new rows come last. Only a row that is deleted pulls those
behind it one place forward, and one of them onto a page that was read already. So a window is
trusted when nothing was deleted while it was read; otherwise it is read again.
"""

import logging
from collections.abc import Iterator
from typing import Any

from ingestion.sources.amocrm.client import AmocrmClient, Page, Params
from ingestion.sources.amocrm.fields import Item, item_id, updated_at
from ingestion.sources.amocrm.settings import LIST_LIMIT

logger = logging.getLogger(__name__)

BY_ID: Params = [("order[id]", "asc")]
# In an account where something is deleted all the time no window would ever be trusted.
TRIES = 3


def by_id(
    client: AmocrmClient, path: str, params: Params, place: dict[str, Any], pages: int
) -> Iterator[list[Item]]:
    """The next window of so many pages; ``place`` moves behind it when it can be trusted.

    ``place`` starts empty and keeps: ``page``, the next one to read; ``edge``, the ids of the page
    before it; ``top``, the greatest id so far; ``tries`` at this window; ``is_end``.
    """
    query = [*params, *BY_ID]

    def one(number: int) -> Page | None:
        return next(client.walk(path, path, query, LIST_LIMIT, pages=(number, number)), None)

    first = _start(place, one)
    last = first + pages - 1
    place["is_end"] = False
    newest, anchor, end = None, None, None
    walk = client.walk(path, path, query, LIST_LIMIT, pages=(first, last), is_ahead=True)
    for page in walk:
        if anchor is None and page.has_next:
            anchor, newest = page, newest_deleted(client, path)
        yield page.items
        end = page
    is_sure = anchor is None or (
        _ids(one(anchor.number)) == _ids(anchor) and newest_deleted(client, path) == newest
    )
    if not is_sure and place.get("tries", 0) + 1 < TRIES:
        place["tries"] = place.get("tries", 0) + 1
        logger.info("amoCRM: %s: rows were deleted while pages %d on were read", path, first)
        return
    if not is_sure:
        logger.warning(
            "amoCRM: %s: rows are deleted all the time; what slipped from page %d on is found by "
            "its next edit, or by the next full scan",
            *(path, first),
        )
    place["tries"] = 0
    place["is_end"] = end is None or not end.has_next or end.number < last
    if end is not None:
        ids = _ids(end)
        place |= {"page": end.number + 1, "edge": ids, "top": max(*ids, place.get("top", 0))}


def newest_deleted(client: AmocrmClient, path: str) -> tuple[int, int] | None:
    """The last row that went into the basket, by id and moment: another one tells of a deletion."""
    query: Params = [("with", "only_deleted"), ("order[updated_at]", "desc")]
    page = next(client.walk(path, path, query, 1, pages=(1, 1)), None)
    stub = page.items[0] if page else {}
    return (item_id(stub), updated_at(stub)) if stub.get("is_deleted") else None


def _start(place: dict[str, Any], one: Any) -> int:
    """The first page to read: further back than expected where rows have moved since."""
    number: int = place.get("page", 1)
    if "edge" not in place or number == 1:
        return number
    page: Page | None = one(number - 1)
    if _ids(page) == place["edge"]:
        return number
    logger.info("amoCRM: rows before page %d have moved; reading on with an overlap", number)
    number -= 1
    while number > 1 and (page is None or min(_ids(page)) > place["top"]):
        number -= 1
        page = one(number)
    return number


def _ids(page: Page | None) -> list[int]:
    return [item_id(item) for item in page.items] if page else []
