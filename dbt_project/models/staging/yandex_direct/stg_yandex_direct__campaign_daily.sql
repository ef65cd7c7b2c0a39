with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'campaign_daily') }}
),

renamed as (
    select
        -- ids
        login,
        campaign_id,
        -- strings
        nullif(trim(campaign_name), '') as campaign_name,
        campaign_type,
        currency,
        -- numbers
        impressions,
        clicks,
        cost_micros,
        -- booleans
        includes_vat,
        is_provisional,
        is_empty_day,
        -- dates and timestamps
        spend_on,
        {{ to_utc('requested_at') }} as requested_at
    from raw_rows
)

select * from renamed
