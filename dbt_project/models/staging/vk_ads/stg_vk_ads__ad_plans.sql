with raw_rows as (
    {{ source_or_empty('raw_vk_ads', 'ad_plans') }}
),

renamed as (
    select
        -- ids
        cabinet,
        ad_plan_id,
        -- strings
        nullif(trim(name), '') as ad_plan_name,
        status,
        objective,
        -- dates and timestamps
        try_cast(left(date_start, 10) as date) as starts_on,
        try_cast(left(date_end, 10) as date) as ends_on,
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by cabinet, ad_plan_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
