"""Tables of ``raw_amocrm``: names, keys, column types, how strictly types are kept."""

from dataclasses import dataclass
from typing import Any, Literal

from ingestion.columns import Columns
from ingestion.sources.amocrm import cards
from ingestion.sources.amocrm.batches import Column, Kind

# amoCRM adds keys without notice, so columns may appear; a column's type may not change.
SCHEMA_CONTRACT: dict[str, str] = {"columns": "evolve", "data_type": "freeze"}

ENTITY_TYPES: tuple[Literal["leads", "contacts", "companies"], ...] = (
    "leads",
    "contacts",
    "companies",
)
LIST_LIMIT = 250  # documented maximum of a page; over it the server falls back to 50
EVENTS_LIMIT = 100  # amocrm.ru's maximum; Kommo allows 250


@dataclass(frozen=True)
class Table:
    """One resource and its table."""

    name: str
    key: tuple[str, ...]
    columns: Columns

    @property
    def is_arrow(self) -> bool:
        """Whether rows come as Arrow: then every column says whether it may be NULL."""
        return all("nullable" in hints for hints in self.columns.values())


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


_CARD_TYPES: dict[Kind, dict[str, Any]] = {
    "integer": {"data_type": "bigint"},
    "text": {"data_type": "text"},
    "json": {"data_type": "text"},  # read by the models' own macros, on every engine
    "money": {"data_type": "decimal", "precision": 18, "scale": 2},
    "flag": {"data_type": "bool"},
    "moment": {"data_type": "timestamp"},
}


def _cards(name: str, columns: tuple[Column, ...]) -> Table:
    """A table that comes as Arrow: cards.py says what its columns are read from."""
    types = {
        "account_id": {"data_type": "bigint", "nullable": False},
        **{c.name: _CARD_TYPES[c.kind] | {"nullable": not c.is_key} for c in columns},
        "last_seen_at": {"data_type": "timestamp", "nullable": True},
    }
    types["updated_at"]["dedup_sort"] = "desc"
    key = next(column.name for column in columns if column.is_key)
    return Table(name, ("account_id", key), types)


_TABLES = (
    Table(
        "accounts",
        ("account_id",),
        _columns(
            ids="account_id",
            text="name subdomain base_url currency country timezone customers_mode",
            numbers="account_order",
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
    _cards("leads", cards.LEAD),
    _cards("contacts", cards.CONTACT),
    _cards("companies", cards.COMPANY),
    Table(
        "deleted_leads",
        ("account_id", "lead_id"),
        _columns(ids="account_id lead_id deleted_by", moments="deleted_at"),
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
    Table(
        "reconciliations",
        ("account_id", "list_name", "began_at"),
        _columns(
            ids="account_id",
            text="list_name",
            numbers="pages listed found_new found_changed vanished answered_by_id",
            moments="began_at ended_at",
        ),
    ),
    Table(
        "missing_leads",
        ("account_id", "lead_id"),
        _columns(
            ids="account_id lead_id",
            text="reason",
            moments="missed_at last_seen_at merged_at found_again_at",
        ),
    ),
)

TABLES = {table.name: table for table in _TABLES}
