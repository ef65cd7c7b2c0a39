with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'missing_leads') }}
),

renamed as (
    select
        -- ids
        account_id,
        lead_id,
        -- strings
        reason,
        -- timestamps
        {{ to_utc('missed_at') }} as missed_at,
        {{ to_utc('last_seen_at') }} as last_seen_at,
        {{ to_utc('merged_at') }} as merged_at,
        {{ to_utc('found_again_at') }} as found_again_at
    from raw_rows
)

select * from renamed
