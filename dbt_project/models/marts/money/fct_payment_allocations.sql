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
    evidence,
    -- numbers
    cast(score as decimal(3, 2)) as score,
    -- money
    {{ money('amount') }} as amount,
    {{ money('amount_net') }} as amount_net,
    currency,
    -- booleans
    method = 'manual' as is_manual,
    -- days
    booked_on
from allocated_payments
