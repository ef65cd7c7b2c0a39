with allocated_payments as (
    select * from {{ ref('int_money__allocated_payments') }}
),

account as (
    select * from {{ ref('int_company__account') }}
)

select
    -- ids
    account.account_id,
    allocated_payments.payment_id,
    allocated_payments.deal_id,
    -- strings
    'invoice_number' as method,
    allocated_payments.matched_token,
    -- numbers
    cast(allocated_payments.score as decimal(3, 2)) as score,
    -- money
    {{ money('allocated_payments.amount') }} as amount,
    {{ without_vat('allocated_payments.amount', 'allocated_payments.vat_rate') }} as amount_net,
    allocated_payments.currency,
    -- days
    allocated_payments.booked_on
from allocated_payments
cross join account
