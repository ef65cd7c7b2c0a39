{{ config(materialized='view') }}

with documents as (
    select * from {{ ref('stg_bank_1c__documents') }}
)

select
    {{ bank_movement('bank_1c') }}
from documents
