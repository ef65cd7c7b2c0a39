with raw_rows as (
    {{ source_or_empty('raw_vk_ads', 'names') }}
),

renamed as (
    select
        -- ids
        cabinet,
        object_kind,
        object_id,
        -- strings
        name as object_name,
        -- timestamps
        {{ to_utc('first_seen_at') }} as first_seen_at
    from raw_rows
    qualify row_number() over (
        partition by cabinet, object_kind, object_id, name order by first_seen_at asc, _dlt_id asc
    ) = 1
)

select * from renamed
