with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'ad_daily') }}
),

renamed as (
    select
        -- ids
        login,
        campaign_id,
        ad_group_id,
        ad_id,
        -- strings
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
