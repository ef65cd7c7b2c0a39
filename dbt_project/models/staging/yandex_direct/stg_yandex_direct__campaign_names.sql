with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'campaign_names') }}
),

renamed as (
    select
        -- ids
        login,
        campaign_id,
        -- strings
        nullif(trim(name), '') as campaign_name,
        -- booleans
        valid_to is null as is_present,
        -- timestamps
        {{ to_utc('valid_from') }} as seen_from,
        {{ to_utc('valid_to') }} as seen_to
    from raw_rows
)

select * from renamed
