with allocated_payments as (
    select * from {{ ref('int_money__allocated_payments') }}
)

select
    -- ids
    account_id,
    payment_id,
    deal_id,
    -- strings
    method,
    matched_token,
    -- numbers
    cast(score as decimal(3, 2)) as score,
    -- money
    {{ money('amount') }} as amount,
    {{ without_vat('amount', 'vat_rate') }} as amount_net,
    currency,
    -- days
    booked_on
from allocated_payments
