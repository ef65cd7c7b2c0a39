with payments as (
    select * from {{ ref('int_money__classified_payments') }}
),

account as (
    select * from {{ ref('int_company__account') }}
)

select
    -- ids
    account.account_id,
    payments.payment_id,
    -- strings
    payments.source,
    payments.direction,
    payments.payment_class,
    payments.own_account,
    payments.payer_name,
    payments.payer_inn,
    payments.counterparty_name,
    payments.counterparty_inn,
    payments.purpose,
    payments.document_number,
    -- money
    {{ money('payments.amount') }} as amount,
    case
        when payments.payment_class in ('customer_payment', 'customer_refund')
            then {{ without_vat('payments.amount', 'payments.vat_rate') }}
    end as amount_net,
    payments.currency,
    {{ money('payments.amount_original') }} as amount_original,
    payments.currency_original,
    payments.rate_flag,
    -- days
    payments.booked_on
from payments
cross join account
