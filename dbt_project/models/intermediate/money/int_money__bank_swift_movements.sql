{{ config(materialized='view') }}

with documents as (
    select * from {{ ref('stg_bank_swift__documents') }}
    where status = 'BOOK'
)

select
    payment_id,
    'bank_swift' as source,
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
    cast(null as string) as kbk,
    cast(null as string) as source_class,
    cast(null as string) as external_deal_id,
    amount,
    cast(null as decimal(18, 2)) as fee,
    booked_on
from documents
