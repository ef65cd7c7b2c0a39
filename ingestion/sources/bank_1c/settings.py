"""Tables of ``raw_bank_1c``: names, columns, contract."""

from typing import Any

from ingestion.columns import Columns

NAME = "bank_1c"
FOLDER = "bank"
# Raised when the same bytes would give other rows: every file is then read anew.
READER_VERSION = 1

_KINDS: dict[str, dict[str, Any]] = {
    "key text": {"data_type": "text", "nullable": False},
    "key bigint": {"data_type": "bigint", "nullable": False},
    "money": {"data_type": "decimal", "precision": 18, "scale": 2},
    "timestamp": {"data_type": "timestamp", "timezone": True},
}


def _columns(**kinds: str) -> Columns:
    # a new dict for each column: dlt writes the column's name into it
    return {name: {**_KINDS.get(kind, {"data_type": kind})} for name, kind in kinds.items()}


DOCUMENT_COLUMNS = _columns(
    document_key="key text",
    own_account="text",
    direction="text",
    direction_rule="text",
    booked_on="date",
    document_number="text",
    document_date="date",
    document_kind="text",
    amount="money",
    currency="text",
    payer_account="text",
    payer_inn="text",
    payer_kpp="text",
    payer_name="text",
    payer_bank_bic="text",
    payee_account="text",
    payee_inn="text",
    payee_kpp="text",
    payee_name="text",
    payee_bank_bic="text",
    purpose="text",
    kbk="text",
    occurrence="bigint",
    file_name="text",
    file_sha256="text",
    line_number="bigint",
    raw_json="json",
)
STATEMENT_COLUMNS = _columns(
    file_sha256="key text",
    block_index="key bigint",
    file_name="text",
    account="text",
    date_from="date",
    date_to="date",
    opening_balance="money",
    total_in="money",
    total_out="money",
    closing_balance="money",
    sum_in="money",
    sum_out="money",
    totals_tie="bool",
    tie_message="text",
)
FILE_COLUMNS = _columns(
    file_sha256="key text",
    file_name="text",
    bytes="bigint",
    encoding="text",
    format_version="text",
    documents="bigint",
    quarantined="bigint",
    loaded_at="timestamp",
)
QUARANTINE_COLUMNS = _columns(
    file_sha256="key text",
    line_number="key bigint",
    file_name="text",
    reason="text",
    raw_text="text",
)
