with raw_rows as (
    {{ source_or_empty('raw_yandex_metrica', 'visits') }}
),

-- visits come once each: the loader has no two with one id, and days are replaced whole
renamed as (
    select
        -- ids
        counter_id,
        visit_id,
        nullif(client_id, '0') as ym_client_id,
        {{ url_parameter('start_url', 'yclid') }} as yclid,
        {{ url_parameter('start_url', 'gclid') }} as gclid,
        nullif(try_cast(direct_click_order as bigint), 0) as direct_campaign_id,
        -- strings
        lower(traffic_source) as traffic_source,
        {{ tracked_text('utm_source') }} as utm_source,
        {{ tracked_text('utm_medium') }} as utm_medium,
        {{ tracked_text('utm_campaign') }} as utm_campaign,
        {{ tracked_text('utm_content') }} as utm_content,
        {{ tracked_text('utm_term') }} as utm_term,
        nullif(goals_id, '[]') as goals_id,
        nullif(start_url, '') as start_url,
        nullif(referer, '') as referer,
        -- booleans
        is_provisional,
        -- dates and timestamps
        visited_on,
        {{ to_utc('visited_at') }} as visited_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
)

select * from renamed
