{{ config(materialized='view') }}

with operations as (
    select * from {{ ref('stg_tbank__operations') }}
    where operation_status = 'Transaction'
)

select
    {{ bank_movement('tbank', source_class='category') }}
from operations
