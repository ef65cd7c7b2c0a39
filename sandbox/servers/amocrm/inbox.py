"""GET /leads/unsorted: inquiries until somebody accepts or declines them; and GET /talks/{id}."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from starlette.responses import Response

from sandbox.model import Company
from sandbox.servers.amocrm.listing import Call, Walks, page_of
from sandbox.servers.amocrm.switches import CrmSwitches
from sandbox.servers.replies import hal, no_content, problem
from sandbox.simulation.crm_model import Crm, Inquiry

_LISTS = {"uid": "uid", "category": "category", "pipeline_id": "pipeline_id"}


def unsorted(company: Company, crm: Crm, call: Call, walks: Walks) -> Response:
    """Those that nobody has sorted by the service's own clock; the rest have left the list."""
    faults = call.faults

    def find() -> Sequence[Inquiry]:
        now = company.spec.as_of.timestamp() if faults.now is None else faults.now
        rows = [
            row
            for row in crm.inquiries
            if row.created_at <= now and (row.left_at is None or row.left_at > now)
        ]
        if not faults.ignore_filter:
            for name, attribute in _LISTS.items():
                wanted = call.query.many(f"filter[{name}]")
                rows = [r for r in rows if not wanted or str(getattr(r, attribute)) in wanted]
        _, is_descending = call.query.order(frozenset({"created_at"}), "created_at")
        return sorted(rows, key=attrgetter("created_at", "uid"), reverse=is_descending)

    key = f"unsorted?{call.query.without_page()}"
    account_id = company.spec.account_id
    rows = walks.rows(key, call.page, find)
    return page_of(call, "unsorted", rows, lambda row: _render(row, account_id, call))


def _render(row: Inquiry, account_id: int, call: Call) -> dict[str, Any]:
    """Embedded cards are stubs: an id and a link."""
    contacts = [] if row.contact_id is None else [row.contact_id]
    return {
        "uid": row.uid,
        "source_uid": row.source_uid,
        "source_name": row.source_name,
        "category": row.category,
        "pipeline_id": row.pipeline_id,
        "created_at": row.created_at,
        "metadata": row.metadata,
        "account_id": account_id,
        "_links": call.link(f"leads/unsorted/{row.uid}"),
        "_embedded": {
            "contacts": [{"id": id_, "_links": call.link(f"contacts/{id_}")} for id_ in contacts],
            "leads": [{"id": row.lead_id, "_links": call.link(f"leads/{row.lead_id}")}],
            "companies": [],
        },
    }


def talk(company: Company, crm: Crm, call: Call, talk_id: int) -> Response:
    """One talk; there is no list of them."""
    found = next((talk for talk in crm.talks if talk.id == talk_id and not talk.is_gone), None)
    if found is None:
        status = call.faults.of(CrmSwitches).missing_talk_status
        return no_content() if status == 204 else problem(status, "Talk not found")
    is_of_lead = found.entity_type == "lead"
    leads = [{"id": found.entity_id, "_links": call.link(f"leads/{found.entity_id}")}]
    return hal(
        {
            "talk_id": found.id,
            "created_at": found.created_at,
            "updated_at": found.updated_at,
            "rate": found.rate,
            "contact_id": found.contact_id,
            "chat_id": found.chat_id,
            "entity_id": found.entity_id,
            "entity_type": found.entity_type,
            "is_in_work": found.is_in_work,
            "is_read": found.is_read,
            "origin": found.origin,
            "missed_at": found.missed_at,
            "account_id": company.spec.account_id,
            "_links": call.link(f"talks/{found.id}"),
            "_embedded": {
                "contacts": [
                    {"id": found.contact_id, "_links": call.link(f"contacts/{found.contact_id}")}
                ],
                "leads": leads if is_of_lead else [],
                "customers": [],
            },
        }
    )
