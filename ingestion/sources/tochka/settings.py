"""Tables of ``raw_tochka`` and the limits of Tochka's API."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from ingestion.columns import columns

NAME = "tochka"

# The bank's days, whatever the company's zone.
ZONE = ZoneInfo("Europe/Moscow")

KEPT = timedelta(hours=23)  # Tochka deletes a statement after a day
FRESH = timedelta(minutes=10)  # a statement of today grows old sooner

BOOKED = "Booked"

TRANSACTION_COLUMNS = columns(
    account_number="key text",
    booked_on="key date",
    transaction_key="text",
    occurrence="bigint",
    transaction_id="text",
    payment_id="text",
    status="text",
    credit_debit_indicator="text",
    direction="text",
    document_number="text",
    transaction_type="text",
    amount="money",
    amount_national="money",
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
    raw_json="json",
    malformed_reason="text",
    is_empty_day="bool",
    requested_at="timestamp",
)
STATEMENT_COLUMNS = columns(
    account_number="key text",
    date_from="key date",
    date_to="date",
    statement_id="text",
    opening_balance="money",
    closing_balance="money",
    sum_in="money",
    sum_out="money",
    transactions="bigint",
    pending="bigint",
    totals_tie="bool",
    tie_message="text",
    requested_at="timestamp",
)
