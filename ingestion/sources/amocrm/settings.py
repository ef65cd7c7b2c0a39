"""Tables of ``raw_amocrm``: names, keys, column types, how strictly types are kept."""

from dataclasses import dataclass, field
from typing import Any, Literal

Columns = dict[str, dict[str, Any]]

# amoCRM adds keys without notice, so columns may appear; a column's type may not change.
SCHEMA_CONTRACT: dict[str, str] = {"columns": "evolve", "data_type": "freeze"}

ENTITY_TYPES: tuple[Literal["leads", "contacts", "companies"], ...] = (
    "leads",
    "contacts",
    "companies",
)
EVENT_TYPES = (
    "lead_added",
    "lead_deleted",
    "lead_restored",
    "lead_status_changed",
    "entity_responsible_changed",
    "sale_field_changed",
)
LIST_LIMIT = 250  # documented maximum of a page; over it the server falls back to 50
EVENTS_LIMIT = 100  # amocrm.ru's maximum; Kommo allows 250

# The column that lets dlt create child tables before they have a row: see resources.py.
PLACEHOLDER = "is_placeholder"


@dataclass(frozen=True)
class Table:
    """One resource and its table; ``nested`` are lists inside a row that become child tables."""

    name: str
    key: tuple[str, ...]
    columns: Columns
    nested: dict[str, Columns] = field(default_factory=dict)


def _columns(
    ids: str = "",
    text: str = "",
    numbers: str = "",
    money: str = "",
    flags: str = "",
    moments: str = "",
    json: str = "",
) -> Columns:
    """Columns by type; names are separated by spaces."""
    types: list[tuple[str, dict[str, Any]]] = [
        (ids, {"data_type": "bigint"}),
        (text, {"data_type": "text"}),
        (numbers, {"data_type": "bigint"}),
        (money, {"data_type": "decimal", "precision": 18, "scale": 2}),
        (flags, {"data_type": "bool"}),
        (moments, {"data_type": "timestamp"}),
        (json, {"data_type": "json"}),
    ]
    return {name: dict(hints) for names, hints in types for name in names.split()}


def _entity(columns: Columns) -> Columns:
    """Columns of a table whose rows are edited: of two versions the later one stays."""
    latest: Columns = {"updated_at": {"data_type": "timestamp", "dedup_sort": "desc"}}
    return columns | latest


def _with_placeholder(columns: Columns) -> Columns:
    return columns | {PLACEHOLDER: {"data_type": "bool", "hard_delete": True}}


_CUSTOM_FIELD_VALUES = _columns(
    ids="field_id enum_id", text="code name type value enum_code", numbers="value_index"
)

_TABLES = (
    Table(
        "accounts",
        ("account_id",),
        _columns(
            ids="account_id",
            text="name subdomain base_url currency country timezone customers_mode",
            flags="is_api_filter_enabled",
            moments="last_seen_at",
        ),
    ),
    Table(
        "users",
        ("account_id", "user_id"),
        _columns(
            ids="account_id user_id group_id role_id",
            text="name email lang",
            flags="is_admin is_active",
            moments="last_seen_at",
        ),
    ),
    Table(
        "pipelines",
        ("account_id", "pipeline_id"),
        _columns(
            ids="account_id pipeline_id",
            text="name",
            numbers="sort",
            flags="is_main is_archive",
            moments="last_seen_at",
        ),
    ),
    Table(
        "statuses",
        ("account_id", "pipeline_id", "status_id"),
        _columns(
            ids="account_id pipeline_id status_id",
            text="name color",
            numbers="sort type",
            flags="is_editable",
            moments="last_seen_at",
        ),
    ),
    Table(
        "loss_reasons",
        ("account_id", "loss_reason_id"),
        _columns(
            ids="account_id loss_reason_id", text="name", numbers="sort", moments="last_seen_at"
        ),
    ),
    Table(
        "custom_fields",
        ("account_id", "entity_type", "field_id"),
        _columns(
            ids="account_id field_id",
            text="entity_type code name type",
            numbers="sort",
            flags="is_api_only",
            moments="last_seen_at",
            json="enums",
        ),
    ),
    Table(
        "leads",
        ("account_id", "lead_id"),
        _with_placeholder(
            _entity(
                _columns(
                    ids="account_id lead_id responsible_user_id group_id status_id pipeline_id "
                    "loss_reason_id source_id company_id main_contact_id created_by updated_by",
                    text="name loss_reason_name source_name",
                    numbers="labor_cost score",
                    money="price",
                    flags="is_deleted",
                    moments="created_at updated_at closed_at closest_task_at",
                    json="tags raw_json",
                )
            )
        ),
        nested={
            "custom_field_values": _CUSTOM_FIELD_VALUES,
            "contacts": _columns(ids="contact_id", flags="is_main"),
        },
    ),
    Table(
        "contacts",
        ("account_id", "contact_id"),
        _with_placeholder(
            _entity(
                _columns(
                    ids="account_id contact_id responsible_user_id company_id "
                    "created_by updated_by",
                    text="name first_name last_name",
                    flags="is_deleted",
                    moments="created_at updated_at",
                    json="raw_json",
                )
            )
        ),
        nested={"custom_field_values": _CUSTOM_FIELD_VALUES},
    ),
    Table(
        "companies",
        ("account_id", "company_id"),
        _with_placeholder(
            _entity(
                _columns(
                    ids="account_id company_id responsible_user_id",
                    text="name",
                    flags="is_deleted",
                    moments="created_at updated_at",
                    json="raw_json",
                )
            )
        ),
        nested={"custom_field_values": _CUSTOM_FIELD_VALUES},
    ),
    Table(
        "deleted_leads",
        ("account_id", "lead_id"),
        _columns(ids="account_id lead_id deleted_by", moments="deleted_at"),
    ),
    Table(
        "events",
        ("account_id", "event_id"),
        _columns(
            ids="account_id entity_id created_by before_status_id before_pipeline_id "
            "after_status_id after_pipeline_id before_responsible_user_id "
            "after_responsible_user_id",
            text="event_id type entity_type",
            money="before_price after_price",
            moments="created_at",
            json="raw_json",
        ),
    ),
    Table(
        "tasks",
        ("account_id", "task_id"),
        _entity(
            _columns(
                ids="account_id task_id entity_id responsible_user_id task_type_id created_by",
                text="entity_type text result_text",
                numbers="duration",
                flags="is_completed",
                moments="created_at updated_at complete_till",
                json="raw_json",
            )
        ),
    ),
)

TABLES = {table.name: table for table in _TABLES}
