"""Customers (покупатели), their statuses and what they bought, to rows."""

from datetime import datetime

from ingestion.columns import Row
from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links

OWN_KEYS = frozenset({"custom_fields_values", "_links"})  # not repeated in raw_json


def customer_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    customer = Fields(item, "customer")
    exact = customer.money("next_price_with_minor_units")
    contacts = customer.embedded("contacts")
    main = next((c.integer("id") for c in contacts if c.flag("is_main")), None)
    return {
        "account_id": account_id,
        "customer_id": customer.required_integer("id"),
        "name": customer.text("name"),
        "next_price": customer.money("next_price") if exact is None else exact,
        "next_date": customer.moment("next_date"),
        "responsible_user_id": customer.integer("responsible_user_id"),
        "status_id": customer.integer("status_id"),
        "periodicity": customer.integer("periodicity"),
        "created_by": customer.integer("created_by"),
        "updated_by": customer.integer("updated_by"),
        "created_at": customer.moment("created_at"),
        "updated_at": customer.moment("updated_at"),
        "is_deleted": bool(customer.flag("is_deleted")),
        "ltv": customer.money("ltv"),
        "purchases_count": customer.integer("purchases_count"),
        "average_check": customer.money("average_check"),
        "main_contact_id": main,
        "contact_ids": [contact.integer("id") for contact in contacts],
        "tags": [tag.text("name") for tag in customer.embedded("tags")],
        "segments": [segment.integer("id") for segment in customer.embedded("segments")],
        "custom_fields_values": without_links(as_list(customer.item.get("custom_fields_values"))),
        "raw_json": {k: without_links(v) for k, v in item.items() if k not in OWN_KEYS},
        "last_seen_at": seen_at,
    }


def customer_status_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    status = Fields(item, "customer status")
    return {
        "account_id": account_id,
        "status_id": status.required_integer("id"),
        "name": status.text("name"),
        "sort": status.integer("sort"),
        "type": status.integer("type"),
        "is_default": status.flag("is_default"),
        "last_seen_at": seen_at,
    }


def transaction_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    transaction = Fields(item, "transaction")
    embedded = next(iter(transaction.embedded("customer")), None)
    customer_id = transaction.integer("customer_id")
    if customer_id is None and embedded is not None:
        customer_id = embedded.integer("id")
    return {
        "account_id": account_id,
        "transaction_id": transaction.required_integer("id"),
        "customer_id": customer_id,
        "price": transaction.money("price"),
        "comment": transaction.text("comment"),
        "completed_at": transaction.moment("completed_at"),
        "created_by": transaction.integer("created_by"),
        "updated_by": transaction.integer("updated_by"),
        "created_at": transaction.moment("created_at"),
        "updated_at": transaction.moment("updated_at"),
        "is_deleted": bool(transaction.flag("is_deleted")),
        "raw_json": without_links(item),
        "last_seen_at": seen_at,
    }
