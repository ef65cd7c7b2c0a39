with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'tags') }}
),

renamed as (
    select
        -- ids
        account_id,
        tag_id,
        -- strings
        entity_type,
        name as tag_name,
        color,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, entity_type, tag_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
