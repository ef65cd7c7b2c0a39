"""Tags, catalogues and their elements: whole lists without a date filter or an order."""

from typing import Any

from starlette.responses import Response

from sandbox.model import Company
from sandbox.servers.amocrm.listing import Call, page_of
from sandbox.servers.replies import problem
from sandbox.simulation.crm_model import Catalog, Crm, Element, Tag


def tags(crm: Crm, call: Call, entity_type: str) -> Response:
    """GET /{entity}/tags; only deals' tags have a colour."""
    names, wanted = call.query.many("filter[name]"), call.query.many("filter[id]")
    part = (call.query.one("query") or "").casefold()
    rows = [
        tag
        for tag in crm.tags
        if tag.entity_type == entity_type
        and (not names or tag.name in names)
        and (not wanted or str(tag.id) in wanted)
        and part in tag.name.casefold()
    ]

    def one(tag: Tag) -> dict[str, Any]:
        return {
            "id": tag.id,
            "name": tag.name,
            "color": tag.color,
            "_links": call.link(f"{entity_type}/tags/{tag.id}"),
        }

    return page_of(call, "tags", rows, one)


def catalogs(company: Company, crm: Crm, call: Call) -> Response:
    """GET /catalogs."""

    def one(catalog: Catalog) -> dict[str, Any]:
        is_invoices = catalog.type == "invoices"
        return {
            "id": catalog.id,
            "name": catalog.name,
            "created_by": 0,
            "updated_by": 0,
            "created_at": catalog.created_at,
            "updated_at": catalog.created_at,
            "sort": catalog.sort,
            "type": catalog.type,
            "can_add_elements": True,
            "can_show_in_cards": False,
            "can_link_multiple": True,
            "can_be_deleted": not is_invoices,
            "sdk_widget_code": None,
            "account_id": company.spec.account_id,
            "_links": call.link(f"catalogs/{catalog.id}"),
        }

    return page_of(call, "catalogs", crm.catalogs, one)


def elements(company: Company, crm: Crm, call: Call, catalog_id: int) -> Response:
    """GET /catalogs/{id}/elements: filter[id] and nothing else narrows it."""
    if all(catalog.id != catalog_id for catalog in crm.catalogs):
        return problem(404, "Catalog not found")
    wanted = call.query.many("filter[id]")
    rows = [
        element
        for element in crm.elements
        if element.catalog_id == catalog_id and (not wanted or str(element.id) in wanted)
    ]
    account_id = company.spec.account_id
    return page_of(call, "elements", rows, lambda element: _element(element, account_id, call))


def _element(element: Element, account_id: int, call: Call) -> dict[str, Any]:
    return {
        "id": element.id,
        "catalog_id": element.catalog_id,
        "name": element.name,
        "created_by": element.created_by,
        "updated_by": element.created_by,
        "created_at": element.created_at,
        "updated_at": element.updated_at,
        "is_deleted": element.is_deleted,
        "custom_fields_values": element.fields,
        "account_id": account_id,
        "currency_id": element.currency_id,
        "_links": call.link(f"catalogs/{element.catalog_id}/elements/{element.id}"),
        "_embedded": {"warning": {"message": None}},
    }


def linked(crm: Crm, lead_id: int, call: Call) -> list[dict[str, Any]]:
    """Elements linked to a deal, as leads?with=catalog_elements embeds them."""
    return [
        {
            "id": element.id,
            "metadata": {
                "quantity": element.quantity,
                "catalog_id": element.catalog_id,
                "price_id": None,
            },
            "_links": call.link(f"catalogs/{element.catalog_id}/elements/{element.id}"),
        }
        for element in crm.elements_of(lead_id)
    ]
