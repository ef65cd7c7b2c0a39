with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'reconciliations') }}
),

renamed as (
    select
        -- ids
        account_id,
        -- strings
        list_name,
        -- numbers
        pages,
        listed,
        found_new,
        found_changed,
        vanished,
        answered_by_id,
        -- timestamps
        {{ to_utc('began_at') }} as began_at,
        {{ to_utc('ended_at') }} as ended_at
    from raw_rows
)

select * from renamed
