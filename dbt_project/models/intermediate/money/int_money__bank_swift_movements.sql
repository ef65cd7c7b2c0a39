{{ config(materialized='view') }}

with documents as (
    select * from {{ ref('stg_bank_swift__documents') }}
    where status = 'BOOK'
)

select
    {{ bank_movement('bank_swift', kbk='cast(null as string)') }}
from documents
