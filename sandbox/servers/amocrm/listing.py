"""Paging as amoCRM pages: by number over a moving set, next links, 204 past the end."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.model import Company, CompanyCard, Contact, Lead
from sandbox.servers.amocrm.query import Query
from sandbox.servers.replies import hal, no_content

T = TypeVar("T")
DEFAULT_LIMIT = 50
_WALKS_KEPT = 32


class Walks:
    """The order of rows, found at a walk's first page and kept for the following ones.

    Only the order is kept: the rows themselves are rendered as they are at the moment.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._kept: OrderedDict[str, tuple[int, Sequence[Any]]] = OrderedDict()

    def rows(self, key: str, page: int, find: Callable[[], Sequence[T]]) -> Sequence[T]:
        """The rows of a walk; found anew at page 1 and whenever the set is said to have changed."""
        kept = self._kept.get(key)
        if page > 1 and kept is not None and kept[0] == self.faults.revision:
            self._kept.move_to_end(key)
            return kept[1]
        found = find()
        self._kept[key] = (self.faults.revision, found)
        self._kept.move_to_end(key)
        if len(self._kept) > _WALKS_KEPT:
            self._kept.popitem(last=False)
        return found


def touch_oldest(rows: Sequence[Lead | Contact | CompanyCard], count: int) -> None:
    """Somebody edits the rows nobody has touched for longest: they move to the other end."""
    newest = max((row.updated_at for row in rows), default=0)
    for row in sorted(rows, key=lambda row: (row.updated_at, row.id))[:count]:
        newest += 1
        row.updated_at = newest


def disturb(
    faults: Faults, company: Company, find: Callable[[], Sequence[Lead | Contact | CompanyCard]]
) -> None:
    """Change the set between two pages when a test asked for that."""
    change = faults.mutate_between_pages
    if change is None:
        return
    if callable(change):
        change(company)
    else:
        touch_oldest(find(), change)
    faults.changed()


class Call:
    """One GET: its query, the switches, and the links its items carry."""

    def __init__(self, request: Request, faults: Faults) -> None:
        self.faults = faults
        self.query = Query(request.url.query)
        self.page = self.query.number("page", 1)
        self.host = f"{request.url.scheme}://{request.url.netloc}"
        self.path = self.host + request.url.path
        self._echo = f"?{self.query.raw}" if self.query.raw and faults.echo_query_in_links else ""

    def link(self, path: str) -> dict[str, dict[str, str]]:
        """An item's own link; the whole query of the list is repeated in it."""
        return {"self": {"href": f"{self.host}/api/v4/{path}{self._echo}"}}

    def page_links(self, *, is_full: bool) -> dict[str, dict[str, str]]:
        """Links of the page: some methods cannot count, so a full page always has a next one."""
        query, faults = self.query, self.faults

        def at(page: int) -> dict[str, str]:
            return {"href": f"{self.path}?{query.at_page(page, bare=faults.next_drops_parameters)}"}

        links = {"self": {"href": f"{self.path}?{query.raw}" if query.raw else self.path}}
        if is_full or faults.next_on_last_page:
            links["next"] = at(self.page + 1)
        if self.page > 1:
            links |= {"first": at(1), "prev": at(self.page - 1)}
        return links


def page_of(
    call: Call,
    name: str,
    rows: Sequence[T],
    render: Callable[[T], dict[str, Any]],
    *,
    max_limit: int = 250,
    arrange: Callable[[Sequence[T]], Sequence[T]] = lambda items: items,
    **extra: int,
) -> Response:
    """One page of a list, or 204.

    A limit over the maximum is not honoured and falls back to 50. ``arrange`` orders rows within
    the page, for lists that promise no order; ``extra`` adds keys such as _total_items.
    """
    faults = call.faults
    asked = call.query.number("limit", DEFAULT_LIMIT)
    size = asked if asked <= max_limit else DEFAULT_LIMIT
    size = min(size, faults.page_cap or size)
    items = rows[(call.page - 1) * size : call.page * size]
    if faults.take_empty_page(call.page) or (not items and faults.empty_as_204):
        return no_content()
    return hal(
        {
            "_page": call.page,
            **extra,
            "_links": call.page_links(is_full=len(items) == size),
            "_embedded": {name: [render(item) for item in arrange(items)]},
        }
    )
