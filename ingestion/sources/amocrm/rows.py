"""API items to rows of the raw tables: pure functions of an item, the account and the moment."""

from datetime import datetime

from ingestion.columns import Row
from ingestion.sources.amocrm.fields import Fields, Item, as_list, without_links


def account_row(item: Item, base_url: str, seen_at: datetime, order: int = 0) -> Row:
    """The account itself; ``order`` is its place in the configuration, the main one's is 0."""
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
        "account_order": order,
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


def deleted_lead_row(item: Item, account_id: int) -> Row:
    """A tombstone: of a deleted lead amoCRM tells only who touched it last, and when."""
    stub = Fields(item, "deleted lead")
    return {
        "account_id": account_id,
        "lead_id": stub.required_integer("id"),
        "deleted_at": stub.moment("updated_at"),
        "deleted_by": stub.integer("updated_by"),
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
