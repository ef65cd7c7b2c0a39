"""GET /{leads|contacts|companies|customers}/notes, whole or of one card."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from starlette.responses import Response

from sandbox.model import Company
from sandbox.servers.amocrm.listing import Call, Walks, page_of
from sandbox.simulation.crm_model import Crm, Note

_ORDERS = frozenset({"updated_at", "id"})


def notes(
    company: Company, crm: Crm, call: Call, walks: Walks, entity_type: str, entity_id: int | None
) -> Response:
    """Filters are free: id, entity_id, note_type, updated_at (a bare moment means "since")."""

    def find() -> Sequence[Note]:
        rows = [note for note in crm.notes if note.entity_type == entity_type]
        if entity_id is not None:
            rows = [note for note in rows if note.entity_id == entity_id]
        if call.query.has_filter and not call.faults.ignore_filter:
            rows = [note for note in rows if _passes(note, call)]
        name, is_descending = call.query.order(_ORDERS)
        return sorted(rows, key=attrgetter(name, "id"), reverse=is_descending)

    key = f"{entity_type}/{entity_id}/notes?{call.query.without_page()}"
    groups = {user.id: user.group_id for user in company.users}
    account_id = company.spec.account_id
    rows = walks.rows(key, call.page, find)
    return page_of(call, "notes", rows, lambda note: _render(note, account_id, groups, call))


def _passes(note: Note, call: Call) -> bool:
    query = call.query
    for name, attribute in (("id", "id"), ("entity_id", "entity_id"), ("note_type", "note_type")):
        wanted = query.many(f"filter[{name}]")
        if wanted and str(getattr(note, attribute)) not in wanted:
            return False
    since = query.one("filter[updated_at]")
    if since and since.isdecimal() and note.updated_at < int(since):
        return False
    span = query.span("filter[updated_at]")
    return span is None or span.holds(note.updated_at)


def _render(note: Note, account_id: int, groups: dict[int, int], call: Call) -> dict[str, Any]:
    path = f"{note.entity_type}/{note.entity_id}/notes/{note.id}"
    return {
        "id": note.id,
        "entity_id": note.entity_id,
        "created_by": note.created_by,
        "updated_by": note.created_by,
        "created_at": note.created_at,
        "updated_at": note.updated_at,
        "responsible_user_id": note.responsible_user_id,
        "group_id": groups.get(note.responsible_user_id, 0),
        "note_type": note.note_type,
        "params": note.params,
        "account_id": account_id,
        "_links": call.link(path),
    }
