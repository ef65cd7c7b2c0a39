with raw_calls as (
    {{ source_or_empty('raw_calltouch', 'calls') }}
),

raw_requests as (
    {{ source_or_empty('raw_calltouch', 'requests') }}
),

union_days as (
    select
        'call' as kind,
        called_on as asked_on
    from raw_calls

    union

    select
        'form' as kind,
        sent_on as asked_on
    from raw_requests
)

select * from union_days
