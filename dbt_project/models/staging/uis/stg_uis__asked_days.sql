with raw_calls as (
    {{ source_or_empty('raw_uis', 'calls') }}
),

raw_messages as (
    {{ source_or_empty('raw_uis', 'offline_messages') }}
),

raw_chats as (
    {{ source_or_empty('raw_uis', 'chats') }}
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
    from raw_messages

    union

    select
        'chat' as kind,
        started_on as asked_on
    from raw_chats
)

select * from union_days
