with raw_rows as (
    {{ source_or_empty('raw_vk_ads', 'ad_plan_daily') }}
),

renamed as (
    select
        -- ids; 0 stands for none: a key cannot be NULL
        cabinet,
        nullif(ad_plan_id, 0) as ad_plan_id,
        -- numbers
        shows,
        clicks,
        goals,
        -- money, in the cabinet's currency
        spent,
        -- booleans
        is_provisional,
        is_empty_day,
        -- dates and timestamps
        spend_on,
        {{ to_utc('requested_at') }} as requested_at
    from raw_rows
)

select * from renamed
