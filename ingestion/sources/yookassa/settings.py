"""Tables of ``raw_yookassa`` and the limits of YooKassa's API."""

from datetime import timedelta

from ingestion.columns import columns

NAME = "yookassa"

# Money is closed: a column or a type that nobody declared stops the load before anything of it is
# written.

PAGE = 100  # YooKassa's most
ROUND_DAYS = 92
KEPT = timedelta(days=3 * 365 - 1)  # YooKassa lists three years

PAYMENT_COLUMNS = columns(
    shop_id="key text",
    created_on="key date",
    payment_id="text",
    status="text",
    is_paid="bool",
    is_test="bool",
    amount="money",
    currency="text",
    income_amount="money",
    income_currency="text",
    refunded_amount="money",
    description="text",
    metadata="json",
    payment_method="text",
    merchant_customer_id="text",
    raw_json="json",
    malformed_reason="text",
    is_empty_day="bool",
    created_at="timestamp",
    captured_at="timestamp",
    requested_at="timestamp",
)
REFUND_COLUMNS = columns(
    shop_id="key text",
    created_on="key date",
    refund_id="text",
    payment_id="text",
    status="text",
    amount="money",
    currency="text",
    description="text",
    raw_json="json",
    malformed_reason="text",
    is_empty_day="bool",
    created_at="timestamp",
    requested_at="timestamp",
)
