"""Customers and what they bought: answered with 422 unless the account has switched them on."""

from operator import attrgetter
from typing import Any
from zlib import crc32

from starlette.responses import Response

from sandbox.model import Company
from sandbox.servers.amocrm.listing import Call, page_of
from sandbox.servers.amocrm.switches import CrmSwitches
from sandbox.servers.replies import hal, problem
from sandbox.simulation.crm_model import Crm, Customer, Transaction

_OFF = frozenset({"unavailable", "disabled"})


def refusal(crm: Crm, call: Call, *, needs_periodicity: bool = False) -> Response | None:
    """What an account without customers answers."""
    is_off = crm.customers_mode in _OFF
    if is_off or (needs_periodicity and crm.customers_mode != "periodicity"):
        return problem(call.faults.of(CrmSwitches).customers_off_status, "Customers are disabled")
    return None


def customers(company: Company, crm: Crm, call: Call) -> Response:
    """GET /customers; its filters are a part of the paid add-on."""
    query = call.query
    span = query.span("filter[updated_at]") if call.faults.alpha_filter else None
    rows = [row for row in crm.customers if span is None or span.holds(row.updated_at)]
    name, is_descending = query.order(frozenset({"updated_at", "id", "next_date"}))
    rows = sorted(rows, key=attrgetter(name, "id"), reverse=is_descending)

    def one(row: Customer) -> dict[str, Any]:
        embedded: dict[str, Any] = {
            "segments": [],
            "tags": [{"id": crc32(t.encode()), "name": t, "color": None} for t in row.tags],
        }
        if "contacts" in query.with_:
            embedded["contacts"] = [
                {"id": id_, "is_main": n == 0, "_links": call.link(f"contacts/{id_}")}
                for n, id_ in enumerate(row.contact_ids)
            ]
        body = {
            "id": row.id,
            "name": row.name,
            "next_price": int(row.next_price),
            "next_date": row.next_date,
            "responsible_user_id": row.responsible_user_id,
            "status_id": row.status_id,
            "periodicity": row.periodicity,
            "created_by": row.responsible_user_id,
            "updated_by": row.responsible_user_id,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "closest_task_at": None,
            "is_deleted": row.is_deleted,
            "custom_fields_values": row.fields,
            "ltv": row.ltv,
            "purchases_count": row.purchases_count,
            "average_check": row.average_check,
            "account_id": company.spec.account_id,
            "_links": call.link(f"customers/{row.id}"),
            "_embedded": embedded,
        }
        if call.faults.minor_units:
            body["next_price_with_minor_units"] = row.next_price
        return body

    return page_of(call, "customers", rows, one)


def statuses(company: Company, crm: Crm, call: Call) -> Response:
    """GET /customers/statuses: not paged."""
    rows = [
        {
            "id": status.id,
            "name": status.name,
            "sort": status.sort,
            "color": "#fffeb2",
            "is_default": status.sort == min(s.sort for s in crm.customer_statuses),
            "conditions": [],
            "type": status.type,
            "account_id": company.spec.account_id,
            "_links": call.link(f"customers/statuses/{status.id}"),
        }
        for status in crm.customer_statuses
    ]
    return hal(
        {
            "_total_items": len(rows),
            "_links": call.link("customers/statuses"),
            "_embedded": {"statuses": rows},
        }
    )


def transactions(company: Company, crm: Crm, call: Call) -> Response:
    """GET /customers/transactions: filter[id] and nothing else narrows it."""
    wanted = call.query.many("filter[id]")

    def one(row: Transaction) -> dict[str, Any]:
        customer = {"id": row.customer_id, "_links": call.link(f"customers/{row.customer_id}")}
        return {
            "id": row.id,
            "price": row.price,
            "comment": row.comment,
            "completed_at": row.completed_at,
            "customer_id": row.customer_id,
            "created_by": row.created_by,
            "updated_by": row.created_by,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "is_deleted": row.is_deleted,
            "account_id": company.spec.account_id,
            "_links": call.link(f"customers/transactions/{row.id}"),
            "_embedded": {"customer": customer, "catalog_elements": []},
        }

    rows = [row for row in crm.transactions if not wanted or str(row.id) in wanted]
    return page_of(call, "transactions", rows, one)
