"""Tables of ``raw_bank_swift``: names and columns."""

from ingestion.columns import columns

NAME = "bank_swift"
FOLDER = "bank"
# Raised when the same bytes would give other rows: every file is then read anew.
READER_VERSION = 1

DOCUMENT_COLUMNS = columns(
    document_key="key text",
    own_account="text",
    direction="text",
    status="text",
    booked_on="date",
    value_on="date",
    document_number="text",
    document_kind="text",
    amount="money",
    currency="text",
    payer_account="text",
    payer_inn="text",
    payer_name="text",
    payer_bank_bic="text",
    payee_account="text",
    payee_inn="text",
    payee_name="text",
    payee_bank_bic="text",
    purpose="text",
    is_reversal="bool",
    occurrence="bigint",
    file_name="text",
    file_sha256="text",
    entry_number="bigint",
    raw_json="json",
)
STATEMENT_COLUMNS = columns(
    file_sha256="key text",
    statement_index="key bigint",
    file_name="text",
    account="text",
    currency="text",
    date_from="date",
    date_to="date",
    opening_balance="money",
    closing_balance="money",
    sum_in="money",
    sum_out="money",
    totals_tie="bool",
    tie_message="text",
)
FILE_COLUMNS = columns(
    file_sha256="key text",
    file_name="text",
    bytes="bigint",
    format="text",
    documents="bigint",
    quarantined="bigint",
    loaded_at="timestamp",
)
QUARANTINE_COLUMNS = columns(
    file_sha256="key text",
    entry_number="key bigint",
    file_name="text",
    reason="text",
    raw_text="text",
)
