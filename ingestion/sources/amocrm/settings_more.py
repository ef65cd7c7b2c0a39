"""Tables of ``raw_amocrm`` beside cards, tasks and dictionaries: keys, columns, what is odd."""

from ingestion.columns import Columns
from ingestion.days import unknown_values
from ingestion.sources.amocrm.settings import Table, _columns, _entity


def _bulk(name: str, key: tuple[str, ...], columns: Columns) -> Table:
    """A long table that comes as Arrow (arrow_rows.py), where a column is nullable or never is."""
    for column, hints in columns.items():
        hints["nullable"] = column not in key
    return Table(name, key, columns)


_NOTES = _bulk(
    "notes",
    ("account_id", "entity_type", "note_id"),
    _entity(
        _columns(
            ids="account_id note_id entity_id created_by updated_by responsible_user_id group_id "
            "call_responsible_user_id",
            text="entity_type note_type text phone call_uniq call_source call_result "
            "call_responsible call_link mail_thread_id mail_message_id mail_from_email "
            "mail_from_name mail_to_email mail_to_name mail_subject mail_summary "
            "mail_delivery_status unread params raw_json",
            numbers="call_seconds call_status mail_attachments",
            flags="is_pinned mail_is_incoming",
            moments="created_at updated_at mail_delivered_at",
        )
    ),
)
_UNSORTED = Table(
    "unsorted",
    ("account_id", "uid"),
    _columns(
        ids="account_id pipeline_id lead_id contact_id company_id",
        text="uid source_uid source_name category form_id form_name form_page referer ip "
        "visitor_uid phone call_link call_uniq call_responsible service sender_name sender_email "
        "client_name chat_id chat_ref subject message_text thread_id message_id unread",
        numbers="call_seconds",
        moments="created_at form_sent_at called_at received_at last_seen_at",
        json="metadata raw_json",
    ),
)
_TALKS = Table(
    "talks",
    ("account_id", "talk_id"),
    _columns(
        ids="account_id talk_id contact_id entity_id",
        text="chat_id entity_type origin",
        numbers="rate",
        flags="is_in_work is_read",
        moments="created_at updated_at missed_at last_seen_at",
        json="raw_json",
    ),
)
_TAGS = Table(
    "tags",
    ("account_id", "entity_type", "tag_id"),
    _columns(ids="account_id tag_id", text="entity_type name color", moments="last_seen_at"),
)
_CATALOGS = Table(
    "catalogs",
    ("account_id", "catalog_id"),
    _columns(
        ids="account_id catalog_id",
        text="name type",
        numbers="sort",
        moments="created_at updated_at last_seen_at",
    ),
)
_ELEMENTS = Table(
    "catalog_elements",
    ("account_id", "catalog_id", "element_id"),
    _columns(
        ids="account_id catalog_id element_id created_by updated_by currency_id",
        text="name",
        flags="is_deleted",
        moments="created_at updated_at last_seen_at",
        json="custom_fields_values raw_json",
    ),
)
_INVOICES = Table(
    "invoices",
    ("account_id", "catalog_id", "invoice_id"),
    _columns(
        ids="account_id catalog_id invoice_id created_by updated_by currency_id status_enum_id "
        "payer_entity_id",
        text="name status status_code status_text payer_name payer_entity_type payer_vat_id "
        "payer_kpp "
        "supplier_name supplier_vat_id vat_type comment unread",
        money="price",
        flags="is_deleted",
        moments="created_at updated_at payment_date last_seen_at",
        json="items custom_fields_values raw_json",
    ),
)
_CUSTOMERS = Table(
    "customers",
    ("account_id", "customer_id"),
    _columns(
        ids="account_id customer_id responsible_user_id status_id created_by updated_by "
        "main_contact_id",
        text="name",
        numbers="periodicity purchases_count",
        money="next_price ltv average_check",
        flags="is_deleted",
        moments="next_date created_at updated_at last_seen_at",
        json="contact_ids tags segments custom_fields_values raw_json",
    ),
)
_CUSTOMER_STATUSES = Table(
    "customer_statuses",
    ("account_id", "status_id"),
    _columns(
        ids="account_id status_id",
        text="name",
        numbers="sort type",
        flags="is_default",
        moments="last_seen_at",
    ),
)
_TRANSACTIONS = Table(
    "transactions",
    ("account_id", "transaction_id"),
    _columns(
        ids="account_id transaction_id customer_id created_by updated_by",
        text="comment",
        money="price",
        flags="is_deleted",
        moments="completed_at created_at updated_at last_seen_at",
        json="raw_json",
    ),
)


def _history(name: str, key: tuple[str, ...], text: str, numbers: str, flags: str) -> Table:
    """A row for every time an entry of a dictionary was found changed."""
    return Table(
        name,
        ("account_id", *key, "valid_from", "values_hash"),
        _columns(
            ids=" ".join(("account_id", *key)),
            text=f"{text} values_hash",
            numbers=numbers,
            flags=f"{flags} is_listed",
            moments="valid_from",
        ),
    )


_EVENT_SIDES = {
    "ids": "status_id pipeline_id customer_status_id responsible_user_id field_enum_id "
    "task_type_id",
    "text": "name field_text field_values task_text",
    "money": "price",
    "moments": "task_deadline",
}


def _both_sides(kind: str) -> str:
    names = _EVENT_SIDES[kind].split()
    return " ".join(f"{side}_{name}" for side in ("before", "after") for name in names)


_EVENTS = _bulk(
    "events",
    ("account_id", "event_id"),
    _columns(
        ids="account_id entity_id created_by field_id linked_entity_id note_id talk_id "
        f"transaction_id linked_talk_contact_id {_both_sides('ids')}",
        text="event_id type entity_type linked_entity_type message_id message_origin tags "
        f"raw_json {_both_sides('text')}",
        numbers="nps_rate",
        money=_both_sides("money"),
        moments=f"created_at {_both_sides('moments')}",
    ),
)

_TABLES = (
    _EVENTS,  # takes the place of what settings.py says of it
    _NOTES,
    _UNSORTED,
    _TALKS,  # after the events, which tell what talks there are
    _TAGS,
    _CATALOGS,
    _ELEMENTS,
    _INVOICES,
    _CUSTOMERS,
    _CUSTOMER_STATUSES,
    _TRANSACTIONS,
    _history(
        "users_history",
        ("user_id",),
        text="name email lang",
        numbers="group_id role_id",
        flags="is_admin is_active",
    ),
    _history("loss_reasons_history", ("loss_reason_id",), text="name", numbers="sort", flags=""),
    _history(
        "statuses_history",
        ("pipeline_id", "status_id"),
        text="name color pipeline_name",
        numbers="sort type pipeline_sort",
        flags="is_editable pipeline_is_main pipeline_is_archive",
    ),
    Table(  # the last: it tells what the others have read
        "listings",
        ("account_id", "list_name"),
        _columns(ids="account_id", text="list_name", numbers="items", moments="listed_at"),
    ),
)

MORE_TABLES = {table.name: table for table in _TABLES}


def _unread(table: str, key: str, of: str) -> str:
    """Rows whose values of other programs did not fit their columns; ``of`` ends the subject."""
    return f"""
    select 'unknown_value' as kind, '{table}' || {of} as subject,
        cast(null as decimal(18, 2)) as amount, count(*) as rows,
        '{key} ' || arg_min({key}, {key}) || ': ' || arg_min(unread, {key}) as detail
    from raw_amocrm.{table} where unread is not null group by all having count(*) > 0
    """  # noqa: S608 - names of the project's own tables


_UNKNOWN_STATUSES = """
    select 'unknown_value' as kind, 'invoices.status_text = ' || status_text as subject,
        cast(null as decimal(18, 2)) as amount, count(*) as rows,
        'neither its code nor its text says whether it is paid' as detail
    from raw_amocrm.invoices where status is null and status_text is not null
    group by status_text
    """

# Deals that a full reading did not have although nobody deleted them.
_VANISHED_DEALS = """
    select 'vanished_deal' as kind, 'reason ' || reason as subject,
        cast(null as decimal(18, 2)) as amount, count(*) as rows,
        'first missed: deal ' || arg_min(lead_id, missed_at) as detail
    from raw_amocrm.missing_leads where found_again_at is null
    group by reason
    """

# What could not be understood whole, for SourceSpec.problems.
PROBLEMS = "\nunion all\n".join(
    [
        _unread("notes", "note_id", "' of ' || entity_type"),
        _unread("unsorted", "uid", "' ' || coalesce(category, '')"),
        _unread("invoices", "invoice_id", "''"),
        _UNKNOWN_STATUSES,
        _VANISHED_DEALS,
        unknown_values("raw_amocrm.unsorted", "category", ("sip", "mail", "forms", "chats")),
    ]
)
