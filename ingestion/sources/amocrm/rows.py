"""API items to rows of the raw tables: pure functions of an item, the account and the moment."""

from datetime import datetime
from typing import Any

from ingestion.sources.amocrm.custom_fields import Row, value_rows
from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links


def account_row(item: Item, base_url: str, seen_at: datetime) -> Row:
    account = Fields(item, "account")
    zone = next(iter(account.embedded("datetime_settings")), Fields({}, "datetime settings"))
    return {
        "account_id": account.required_integer("id"),
        "name": account.text("name"),
        "subdomain": account.text("subdomain"),
        "base_url": base_url.rstrip("/"),
        "currency": account.text("currency"),
        "country": account.text("country"),
        "timezone": zone.text("timezone"),
        "customers_mode": account.text("customers_mode"),
        "is_api_filter_enabled": account.flag("is_api_filter_enabled"),
        "last_seen_at": seen_at,
    }


def user_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    user = Fields(item, "user")
    rights = Fields(user.item.get("rights") or {}, "rights of a user")
    return {
        "account_id": account_id,
        "user_id": user.required_integer("id"),
        "name": user.text("name"),
        "email": user.text("email"),
        "lang": user.text("lang"),
        "group_id": rights.integer("group_id"),
        "role_id": rights.integer("role_id"),
        "is_admin": rights.flag("is_admin"),
        "is_active": rights.flag("is_active"),
        "last_seen_at": seen_at,
    }


def pipeline_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    pipeline = Fields(item, "pipeline")
    return {
        "account_id": account_id,
        "pipeline_id": pipeline.required_integer("id"),
        "name": pipeline.text("name"),
        "sort": pipeline.integer("sort"),
        "is_main": pipeline.flag("is_main"),
        "is_archive": pipeline.flag("is_archive"),
        "last_seen_at": seen_at,
    }


def status_rows(item: Item, account_id: int, seen_at: datetime) -> list[Row]:
    """Statuses of one pipeline; 142 and 143 repeat in every one, hence the key of three."""
    pipeline = Fields(item, "pipeline")
    return [
        {
            "account_id": account_id,
            "pipeline_id": pipeline.required_integer("id"),
            "status_id": status.required_integer("id"),
            "name": status.text("name"),
            "sort": status.integer("sort"),
            "type": status.integer("type"),
            "color": status.text("color"),
            "is_editable": status.flag("is_editable"),
            "last_seen_at": seen_at,
        }
        for status in pipeline.embedded("statuses")
    ]


def loss_reason_row(item: Item, account_id: int, seen_at: datetime) -> Row:
    reason = Fields(item, "loss reason")
    return {
        "account_id": account_id,
        "loss_reason_id": reason.required_integer("id"),
        "name": reason.text("name"),
        "sort": reason.integer("sort"),
        "last_seen_at": seen_at,
    }


def custom_field_row(item: Item, account_id: int, entity_type: str, seen_at: datetime) -> Row:
    field = Fields(item, "custom field")
    return {
        "account_id": account_id,
        "entity_type": entity_type,
        "field_id": field.required_integer("id"),
        "code": field.text("code"),
        "name": field.text("name"),
        "type": field.text("type"),
        "sort": field.integer("sort"),
        "is_api_only": field.flag("is_api_only"),
        "enums": without_links(as_list(field.item.get("enums"))),
        "last_seen_at": seen_at,
    }


def lead_row(item: Item, account_id: int) -> Row:
    lead = Fields(item, "lead")
    reason = next(iter(lead.embedded("loss_reason")), None)
    source = next(iter(lead.embedded("source")), None)
    contacts = [
        {"contact_id": link.required_integer("id"), "is_main": bool(link.flag("is_main"))}
        for link in lead.embedded("contacts")
    ]
    exact_price = lead.money("price_with_minor_units")
    source_id = lead.integer("source_id")
    return {
        "account_id": account_id,
        "lead_id": lead.required_integer("id"),
        "name": lead.text("name"),
        "price": lead.money("price") if exact_price is None else exact_price,
        "responsible_user_id": lead.integer("responsible_user_id"),
        "group_id": lead.integer("group_id"),
        "status_id": lead.integer("status_id"),
        "pipeline_id": lead.integer("pipeline_id"),
        "loss_reason_id": lead.integer("loss_reason_id"),
        "loss_reason_name": reason.text("name") if reason else None,
        "source_id": source.integer("id") if source and source_id is None else source_id,
        "source_name": source.text("name") if source else None,
        "created_by": lead.integer("created_by"),
        "updated_by": lead.integer("updated_by"),
        "created_at": lead.moment("created_at"),
        "updated_at": lead.moment("updated_at"),
        "closed_at": lead.moment("closed_at"),
        "closest_task_at": lead.moment("closest_task_at"),
        "is_deleted": bool(lead.flag("is_deleted")),
        "company_id": _first_id(lead, "companies"),
        "main_contact_id": next((c["contact_id"] for c in contacts if c["is_main"]), None),
        "labor_cost": lead.integer("labor_cost"),
        "score": lead.integer("score"),
        "tags": [tag.text("name") for tag in lead.embedded("tags")],
        "raw_json": without_links(item),
        "custom_field_values": list(value_rows(item)),
        "contacts": contacts,
    }


def deleted_lead_row(item: Item, account_id: int) -> Row:
    """A tombstone: of a deleted lead amoCRM tells only who touched it last, and when."""
    stub = Fields(item, "deleted lead")
    return {
        "account_id": account_id,
        "lead_id": stub.required_integer("id"),
        "deleted_at": stub.moment("updated_at"),
        "deleted_by": stub.integer("updated_by"),
    }


def contact_row(item: Item, account_id: int) -> Row:
    contact = Fields(item, "contact")
    return {
        "account_id": account_id,
        "contact_id": contact.required_integer("id"),
        "first_name": contact.text("first_name"),
        "last_name": contact.text("last_name"),
        "company_id": _first_id(contact, "companies"),
        "created_by": contact.integer("created_by"),
        "updated_by": contact.integer("updated_by"),
        **_card(contact),
    }


def company_row(item: Item, account_id: int) -> Row:
    company = Fields(item, "company")
    return {
        "account_id": account_id,
        "company_id": company.required_integer("id"),
        **_card(company),
    }


def task_row(item: Item, account_id: int) -> Row:
    task = Fields(item, "task")
    # [] where there is no result, an object where there is one
    result: Item = next(iter(as_list(task.item.get("result"))), {})
    return {
        "account_id": account_id,
        "task_id": task.required_integer("id"),
        "entity_type": task.text("entity_type"),
        "entity_id": task.integer("entity_id"),
        "responsible_user_id": task.integer("responsible_user_id"),
        "task_type_id": task.integer("task_type_id"),
        "text": task.text("text"),
        "is_completed": task.flag("is_completed"),
        "result_text": Fields(result, "result of a task").text("text"),
        "created_by": task.integer("created_by"),
        "created_at": task.moment("created_at"),
        "updated_at": task.moment("updated_at"),
        "complete_till": task.moment("complete_till"),
        "duration": task.integer("duration"),
        "raw_json": without_links(item),
    }


def _card(card: Fields) -> dict[str, Any]:
    return {
        "name": card.text("name"),
        "responsible_user_id": card.integer("responsible_user_id"),
        "created_at": card.moment("created_at"),
        "updated_at": card.moment("updated_at"),
        "is_deleted": bool(card.flag("is_deleted")),
        "raw_json": without_links(card.item),
        "custom_field_values": list(value_rows(card.item)),
    }


def _first_id(item: Fields, embedded: str) -> int | None:
    return next((link.integer("id") for link in item.embedded(embedded)), None)
