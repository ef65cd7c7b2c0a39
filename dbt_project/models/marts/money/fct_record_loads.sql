with records as (
    select * from {{ ref('int_provenance__records') }}
    -- visits are told of by the touches that carry money
    where record_kind in ('payment', 'deal', 'inquiry')
)

select
    -- ids
    account_id,
    record_id,
    load_id,
    -- strings
    record_kind,
    source,
    raw_table,
    load_rule,
    -- timestamps
    loaded_at
from records
