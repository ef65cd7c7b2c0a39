with raw_rows as (
    {{ source_or_empty('raw_calltouch', 'requests') }}
),

renamed as (
    select
        -- ids
        request_id,
        request_number,
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
        subject,
        {{ tracked_text(first_match('phones', '"phoneNumber": *"([^"]+)"')) }} as phone,
        lower({{ first_match('contacts', '"contactValue": *"([^"@]+@[^"]+)"') }}) as email,
        {{ tracked_text('client_name') }} as client_name,
        {{ tracked_text('source') }} as traffic_source,
        {{ tracked_text('medium') }} as traffic_medium,
        {{ tracked_text('utm_source') }} as utm_source,
        {{ tracked_text('utm_medium') }} as utm_medium,
        {{ tracked_text('utm_campaign') }} as utm_campaign,
        {{ tracked_text('utm_content') }} as utm_content,
        {{ tracked_text('utm_term') }} as utm_term,
        nullif(ref, '') as referrer,
        nullif(url, '') as entrance_page,
        request_tags as tags,
        -- booleans
        is_unique,
        is_target,
        -- dates and timestamps
        sent_on,
        {{ to_utc('sent_at') }} as sent_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    qualify row_number() over (
        partition by request_id order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
