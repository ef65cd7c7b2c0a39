with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'talks') }}
),

renamed as (
    select
        -- ids
        account_id,
        talk_id,
        contact_id,
        chat_id,
        entity_id,
        -- strings
        entity_type,
        origin,
        -- numbers
        nullif(rate, 0) as rate,
        -- booleans
        is_in_work,
        is_read,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('missed_at') }} as missed_at,
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, talk_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
