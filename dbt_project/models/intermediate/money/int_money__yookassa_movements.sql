{{ config(materialized='view') }}

with payments as (
    select * from {{ ref('stg_yookassa__payments') }}
),

refunds as (
    select * from {{ ref('stg_yookassa__refunds') }}
),

-- money is the company's from the moment of capture; a payment only held may still be let go
list_payments as (
    select
        'yookassa:' || payment_id as movement_id,
        shop_id,
        'in' as direction,
        payment_id as document_number,
        currency,
        description,
        'customer_payment' as source_class,
        external_deal_id,
        amount,
        case when income_amount < amount then amount - income_amount end as fee,
        captured_at as moved_at
    from payments
    where status = 'succeeded' and not is_test
),

-- a refund does not say whether it is a test: its payment does
list_refunds as (
    select
        'yookassa:' || refunds.refund_id as movement_id,
        refunds.shop_id,
        'out' as direction,
        refunds.refund_id as document_number,
        refunds.currency,
        coalesce(payments.description, refunds.description) as description,
        'customer_refund' as source_class,
        payments.external_deal_id,
        refunds.amount,
        cast(null as decimal(18, 2)) as fee,
        refunds.created_at as moved_at
    from refunds
    left join payments
        on
            refunds.shop_id = payments.shop_id
            and refunds.payment_id = payments.payment_id
    where refunds.status = 'succeeded' and not coalesce(payments.is_test, false)
),

unite_kinds as (
    select * from list_payments
    union all
    select * from list_refunds
)

select
    movement_id as payment_id,
    'yookassa' as source,
    'yookassa:' || shop_id as own_account,
    direction,
    document_number,
    cast(null as string) as document_kind,
    currency,
    cast(null as string) as payer_account,
    cast(null as string) as payer_inn,
    cast(null as string) as payer_name,
    cast(null as string) as payee_account,
    cast(null as string) as payee_inn,
    cast(null as string) as payee_name,
    description as purpose,
    cast(null as string) as kbk,
    source_class,
    external_deal_id,
    amount,
    cast(fee as decimal(18, 2)) as fee,
    {{ local_date('moved_at') }} as booked_on
from unite_kinds
