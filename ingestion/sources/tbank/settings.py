"""Tables of ``raw_tbank`` and the limits of T-API."""

from datetime import date
from zoneinfo import ZoneInfo

from ingestion.columns import columns

NAME = "tbank"

# The bank's days, whatever the company's zone.
ZONE = ZoneInfo("Europe/Moscow")

SINCE = date(2023, 6, 1)  # T-API has nothing before
PAGE = 1000  # operations; T-API allows 5000

BOOKED = "Transaction"
STATUSES = (BOOKED, "Authorization")
# https://developer.tbank.ru/docs/api/get-api-v-1-statement
CATEGORIES = (
    *("contragentIncome", "incomePeople", "acquiring", "refundIn", "selfTransferInner"),
    *("selfOutcomeOuter", "cashIn", "cashInRevenue", "cashInOwn", "cashInOther", "income"),
    *("incomeLoan", "depositPartialWithdrawal", "depositFullWithdrawal", "creditPaymentInner"),
    *("otherIn", "unspecifiedIn", "contragentPeople", "contragentOutcome", "contragentRefund"),
    *("fee", "penalty", "cardOperation", "cashOut", "salary", "tax", "budget"),
    *("selfTransferOuter", "selfIncomeOuter", "creditPaymentOuter", "sme-c2c", "otherOut"),
    "unspecifiedOut",
)

OPERATION_COLUMNS = columns(
    account_number="key text",
    booked_on="key date",
    operation_key="text",
    occurrence="bigint",
    operation_id="text",
    operation_status="text",
    type_of_operation="text",
    direction="text",
    category="text",
    document_number="text",
    document_date="date",
    pay_vo="text",
    vo="text",
    amount="money",
    currency="text",
    operation_amount="money",
    operation_currency="text",
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
    mcc="text",
    raw_json="json",
    malformed_reason="text",
    is_empty_day="bool",
    operation_at="timestamp",
    authorized_at="timestamp",
    requested_at="timestamp",
)
STATEMENT_COLUMNS = columns(
    account_number="key text",
    date_from="key date",
    date_to="date",
    opening_balance="money",
    closing_balance="money",
    sum_in="money",
    sum_out="money",
    operations="bigint",
    holds="bigint",
    totals_tie="bool",
    tie_message="text",
    requested_at="timestamp",
)
