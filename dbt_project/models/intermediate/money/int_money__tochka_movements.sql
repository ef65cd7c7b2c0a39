{{ config(materialized='view') }}

with transactions as (
    select * from {{ ref('stg_tochka__transactions') }}
    where status = 'Booked'
)

select
    {{ bank_movement('tochka') }}
from transactions
