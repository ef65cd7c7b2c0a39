with raw_rows as (
    {{ source_or_empty('raw_calltouch', 'calls') }}
),

renamed as (
    select
        -- ids
        site_id,
        call_id,
        nullif(session_id, '0') as session_id,
        ya_client_id as ym_client_id,
        client_id as ua_client_id,
        ct_client_id,
        ct_global_id,
        {{ url_parameter('url', 'yclid') }} as yclid,
        {{ url_parameter('url', 'gclid') }} as gclid,
        yandex_campaign_id,
        yandex_ad_id,
        {{ first_match('orders', '"orderNumber": *"([^"]+)"') }} as order_number,
        -- strings
        {{ tracked_text('caller_number') }} as phone,
        {{ tracked_text('phone_number') }} as virtual_phone,
        {{ tracked_text('source') }} as traffic_source,
        {{ tracked_text('medium') }} as traffic_medium,
        {{ tracked_text('utm_source') }} as utm_source,
        {{ tracked_text('utm_medium') }} as utm_medium,
        {{ tracked_text('utm_campaign') }} as utm_campaign,
        {{ tracked_text('utm_content') }} as utm_content,
        {{ tracked_text('utm_term') }} as utm_term,
        nullif(ref, '') as referrer,
        nullif(url, '') as entrance_page,
        call_tags as tags,
        -- numbers
        wait_seconds,
        talk_seconds,
        -- booleans
        not is_successful as is_lost,
        is_unique,
        is_target,
        is_callback,
        -- dates and timestamps
        called_on,
        {{ to_utc('called_at') }} as called_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    -- a changed zone moves calls around midnight to another day, and leaves a copy where they were
    qualify row_number() over (
        partition by site_id, call_id order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
