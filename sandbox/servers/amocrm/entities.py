"""The long lists: leads, contacts, companies and tasks, with their filters and orders."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from starlette.responses import Response

from sandbox.model import Company, CompanyCard, Contact, Lead, Task
from sandbox.servers.amocrm.listing import Call, Walks, disturb, page_of
from sandbox.servers.amocrm.query import Query
from sandbox.servers.amocrm.render import Renderer
from sandbox.servers.replies import hal, no_content

_LEAD_ORDERS = frozenset({"created_at", "updated_at", "id"})
_CARD_ORDERS = frozenset({"updated_at", "id"})
_TASK_ORDERS = frozenset({"created_at", "complete_till", "id"})  # by updated_at there is none
_MOMENTS = ("created_at", "updated_at", "closed_at")
_LISTS = {
    "id": "id",
    "pipeline_id": "pipeline_id",
    "responsible_user_id": "responsible_user_id",
    "created_by": "created_by",
}
_TASK_LISTS = {
    "id": "id",
    "entity_id": "entity_id",
    "entity_type": "entity_type",
    "responsible_user_id": "responsible_user_id",
    "task_type": "task_type_id",
}

Row = Lead | Contact | CompanyCard | Task


def leads(company: Company, call: Call, walks: Walks) -> Response:
    """GET /leads: the live ones, or with ``with=only_deleted`` the stubs of the basket."""
    basket = "only_deleted" in call.query.with_

    def find() -> Sequence[Lead]:
        return [x for x in company.leads if x.is_deleted == basket and not x.is_purged]

    render = Renderer(company, call).lead
    return _paid_filter_list(company, call, walks, "leads", find, _LEAD_ORDERS, render)


def lead(company: Company, call: Call, lead_id: int) -> Response:
    """GET /leads/{id}: 204 when there is none, or when it lies in the basket."""
    basket = "only_deleted" in call.query.with_
    for row in company.leads:
        if row.id == lead_id and not row.is_purged and row.is_deleted == basket:
            return hal(Renderer(company, call).lead(row))
    return no_content()


def contacts(company: Company, call: Call, walks: Walks) -> Response:
    """GET /contacts: a contact may be linked from a lead and yet not be listed."""

    def find() -> Sequence[Contact]:
        return [contact for contact in company.contacts if contact.is_listed]

    render = Renderer(company, call).contact
    return _paid_filter_list(company, call, walks, "contacts", find, _CARD_ORDERS, render)


def companies(company: Company, call: Call, walks: Walks) -> Response:
    """GET /companies."""
    render = Renderer(company, call).company
    return _paid_filter_list(
        company, call, walks, "companies", lambda: company.companies, _CARD_ORDERS, render
    )


def _paid_filter_list(
    company: Company,
    call: Call,
    walks: Walks,
    name: str,
    find: Callable[[], Sequence[Any]],
    orders: frozenset[str],
    render: Callable[[Any], dict[str, Any]],
) -> Response:
    query, faults = call.query, call.faults
    if call.page > 1:
        disturb(faults, company, find)
    filters = query.has_filter and faults.alpha_filter and not faults.ignore_filter

    def ordered() -> Sequence[Any]:
        rows = find()
        if filters:
            rows = [row for row in rows if _passes_paid(row, query)]
        return _sorted(rows, query, orders)

    key = f"{name}?{filters}&{query.without_page()}"
    return page_of(call, name, walks.rows(key, call.page, ordered), render)


def _passes_paid(row: Row, query: Query) -> bool:
    if any(query.one(f"filter[{name}]") is not None for name in _MOMENTS):
        return False  # a bare moment instead of from/to finds nothing
    return _within(row, query, _MOMENTS) and _listed(row, query, _LISTS)


def tasks(company: Company, call: Call, walks: Walks) -> Response:
    """GET /tasks; its filters are free, and a bare filter[updated_at] means "since"."""
    query, faults = call.query, call.faults

    def ordered() -> Sequence[Task]:
        rows: Sequence[Task] = company.tasks
        if query.has_filter and not faults.ignore_filter:
            rows = [row for row in rows if _passes_free(row, query)]
        return _sorted(rows, query, _TASK_ORDERS)

    key = f"tasks?{query.without_page()}"
    render = Renderer(company, call).task
    return page_of(call, "tasks", walks.rows(key, call.page, ordered), render)


def _passes_free(row: Task, query: Query) -> bool:
    since = query.one("filter[updated_at]")
    if since and "," not in since and since.isdecimal() and row.updated_at < int(since):
        return False
    done = query.one("filter[is_completed]")
    if done in {"0", "1"} and row.is_completed != (done == "1"):
        return False
    return _within(row, query, ("updated_at",)) and _listed(row, query, _TASK_LISTS)


def _within(row: Row, query: Query, names: Sequence[str]) -> bool:
    for name in names:
        span = query.span(f"filter[{name}]")
        if span is not None and not span.holds(getattr(row, name, None)):
            return False
    return True


def _listed(row: Row, query: Query, lists: dict[str, str]) -> bool:
    for name, attribute in lists.items():
        wanted = query.many(f"filter[{name}]")
        if wanted and str(getattr(row, attribute, "")) not in wanted:
            return False
    return True


def _sorted(rows: Sequence[Any], query: Query, orders: frozenset[str]) -> Sequence[Any]:
    name, is_descending = query.order(orders)
    return sorted(rows, key=attrgetter(name, "id"), reverse=is_descending)
