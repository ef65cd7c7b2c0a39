"""What is true of the CRM's records beside the cards, as tables."""

import pyarrow as pa

from sandbox.model import Company
from sandbox.simulation.crm_keeping import crm_of

_MOMENT = pa.timestamp("us", tz="UTC")

# ``sandbox/README.md`` says what they mean.
TABLES: dict[str, dict[str, pa.DataType]] = {
    "crm_calls": {
        "note_id": pa.int64(),
        "entity_type": pa.string(),
        "entity_id": pa.int64(),
        "deal_id": pa.int64(),
        "direction": pa.string(),
        "called_at": _MOMENT,
        "duration_seconds": pa.int64(),
        "is_answered": pa.bool_(),
        "phone": pa.string(),
    },
    "crm_unsorted": {
        "uid": pa.string(),
        "category": pa.string(),
        "deal_id": pa.int64(),
        "created_at": _MOMENT,
        "left_at": _MOMENT,
        "form_page": pa.string(),
    },
    "crm_invoices": {
        "invoice_id": pa.int64(),
        "deal_id": pa.int64(),
        "status": pa.string(),
        "price": pa.decimal128(18, 2),
        "paid_on": pa.date32(),
    },
    "crm_task_deadlines": {
        "task_id": pa.int64(),
        "changed_at": _MOMENT,
        "due_before": _MOMENT,
        "due_after": _MOMENT,
    },
}


def truth(company: Company) -> dict[str, pa.Table]:
    """The tables; an empty one keeps its columns."""
    rows = crm_of(company).truth
    return {
        name: pa.Table.from_pylist(rows.get(name, []), schema=pa.schema(columns.items()))
        for name, columns in TABLES.items()
    }
