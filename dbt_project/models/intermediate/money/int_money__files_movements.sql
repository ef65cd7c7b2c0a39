{{ config(materialized='view') }}

with payments as (
    select * from {{ ref('stg_files__payments') }}
)

-- the feed brings customers' money only and knows no account of the company's own
select
    'files:' || payment_id as payment_id,
    'files' as source,
    'files:payments' as own_account,
    case when amount > 0 then 'in' else 'out' end as direction,
    payment_id as document_number,
    cast(null as string) as document_kind,
    currency,
    cast(null as string) as payer_account,
    case when amount > 0 then payer_inn end as payer_inn,
    case when amount > 0 then payer_name end as payer_name,
    cast(null as string) as payee_account,
    case when amount < 0 then payer_inn end as payee_inn,
    case when amount < 0 then payer_name end as payee_name,
    purpose,
    cast(null as string) as kbk,
    case when amount > 0 then 'customer_payment' else 'customer_refund' end as source_class,
    source_deal_id as external_deal_id,
    abs(amount) as amount,
    cast(null as decimal(18, 2)) as fee,
    paid_on as booked_on
from payments
