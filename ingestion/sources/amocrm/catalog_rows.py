"""Catalogues, their elements and invoices to rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingestion.columns import Row
from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links
from ingestion.sources.amocrm.loose import Loose

INVOICES = "invoices"  # the type of their catalogue
STATUS_CODES = ("created", "paid", "paid_in_advance", "partially_paid")
# What those are called in accounts whose statuses have lost their codes; е stands for ё as well.
STATUS_TEXTS = {
    "создан": "created",
    "выставлен": "created",
    "created": "created",
    "оплачен": "paid",
    "оплачено": "paid",
    "paid": "paid",
    "аванс": "paid_in_advance",
    "предоплата": "paid_in_advance",
    "оплачен авансом": "paid_in_advance",
    "paid in advance": "paid_in_advance",
    "частично оплачен": "partially_paid",
    "частично оплачено": "partially_paid",
    "partially paid": "partially_paid",
}


def catalog_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    catalog = Fields(item, "catalog")
    return {
        "account_id": account_id,
        "catalog_id": catalog.required_integer("id"),
        "name": catalog.text("name"),
        "type": catalog.text("type"),
        "sort": catalog.integer("sort"),
        "created_at": catalog.moment("created_at"),
        "updated_at": catalog.moment("updated_at"),
        "last_seen_at": seen_at,
    }


def element_row(item: Item, account_id: int, catalog_id: int, seen_at: datetime) -> Row:
    """One row of ``catalog_elements``; its fields stay JSON, for every catalogue has its own."""
    element = Fields(item, "catalog element")
    return {
        **_element(element, account_id, catalog_id, seen_at),
        "element_id": element.required_integer("id"),
        "custom_fields_values": without_links(as_list(element.item.get("custom_fields_values"))),
        "raw_json": _rest(element.item),
    }


def invoice_row(item: Item, account_id: int, catalog_id: int, seen_at: datetime) -> Row:
    """One row of ``invoices``: an element whose fields have the codes BILL_STATUS and so on.

    Fields may have been deleted in the account and statuses renamed, hence read loosely; a status
    made by hand has no code, only its text.
    """
    invoice = Fields(item, "invoice")
    unread: list[str] = []
    fields = _by_code(invoice.item)
    status = _first(fields, "BILL_STATUS", unread)
    payer, supplier = _party(fields, "PAYER", unread), _party(fields, "SUPPLIER", unread)
    return {
        **_element(invoice, account_id, catalog_id, seen_at),
        "invoice_id": invoice.required_integer("id"),
        "status": _status(status),
        "status_code": status.text("enum_code"),
        "status_enum_id": status.integer("enum_id"),
        "status_text": status.text("value"),
        "price": _first(fields, "BILL_PRICE", unread).money("value"),
        "payment_date": _first(fields, "BILL_PAYMENT_DATE", unread).moment("value"),
        "payer_name": payer.text("name"),
        "payer_entity_type": payer.text("entity_type"),
        "payer_entity_id": payer.integer("entity_id"),
        "payer_vat_id": payer.text("vat_id"),
        "payer_kpp": payer.text("kpp"),
        "supplier_name": supplier.text("name"),
        "supplier_vat_id": supplier.text("vat_id"),
        "vat_type": _first(fields, "BILL_VAT_TYPE", unread).text("value"),
        "comment": _first(fields, "BILL_COMMENT", unread).text("value"),
        "items": [without_links(v.get("value")) for v in fields.get("ITEMS", [])],
        "unread": "; ".join(unread) or None,
        "custom_fields_values": without_links(as_list(invoice.item.get("custom_fields_values"))),
        "raw_json": _rest(invoice.item),
    }


def _status(value: Loose) -> str | None:
    """One of STATUS_CODES, by the code or else by the text; None where neither is known."""
    code = (value.text("enum_code") or "").lower()
    text = " ".join((value.text("value") or "").lower().replace("ё", "е").split())
    return code if code in STATUS_CODES else STATUS_TEXTS.get(text)


def _element(element: Fields, account_id: int, catalog_id: int, seen_at: datetime) -> Row:
    return {
        "account_id": account_id,
        "catalog_id": catalog_id,
        "name": element.text("name"),
        "created_by": element.integer("created_by"),
        "updated_by": element.integer("updated_by"),
        "created_at": element.moment("created_at"),
        "updated_at": element.moment("updated_at"),
        "is_deleted": bool(element.flag("is_deleted")),  # null stands for false
        "currency_id": element.integer("currency_id"),
        "last_seen_at": seen_at,
    }


def _rest(item: Item) -> Row:
    own = {"custom_fields_values", "_links"}
    return {key: without_links(value) for key, value in item.items() if key not in own}


def _by_code(item: Item) -> dict[str, list[Mapping[str, Any]]]:
    """Values of the fields that have a code."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for part in as_list(item.get("custom_fields_values")):
        field = Fields(part, "invoice's field")
        values = [v for v in as_list(field.item.get("values")) if isinstance(v, Mapping)]
        found[(field.text("field_code") or "").upper()] = values
    return found


def _first(fields: dict[str, list[Mapping[str, Any]]], code: str, unread: list[str]) -> Loose:
    values = fields.get(code) or [{}]
    return Loose(values[0], unread, f"{code}.")


def _party(fields: dict[str, list[Mapping[str, Any]]], code: str, unread: list[str]) -> Loose:
    values = fields.get(code) or [{}]
    return Loose(values[0].get("value"), unread, f"{code}.")
