{{ config(materialized='view') }}

with operations as (
    select * from {{ ref('stg_tbank__operations') }}
    where operation_status = 'Transaction'
)

select
    payment_id,
    'tbank' as source,
    own_account,
    direction,
    document_number,
    document_kind,
    currency,
    payer_account,
    payer_inn,
    payer_name,
    payee_account,
    payee_inn,
    payee_name,
    purpose,
    kbk,
    category as source_class,
    cast(null as string) as external_deal_id,
    amount,
    cast(null as decimal(18, 2)) as fee,
    booked_on
from operations
