with raw_rows as (
    {{ source_or_empty('raw_uis', 'offline_messages') }}
),

renamed as (
    select
        -- ids
        account_id as uis_account_id,
        message_id,
        communication_id,
        visitor_id,
        visitor_session_id,
        ym_client_id,
        ua_client_id,
        gclid,
        yclid,
        campaign_id,
        -- strings
        form_type,
        status,
        {{ tracked_text('visitor_phone_number') }} as phone,
        lower({{ tracked_text('visitor_email') }}) as email,
        {{ tracked_text('visitor_name') }} as visitor_name,
        channel,
        campaign_name,
        site_domain_name,
        {{ tracked_text('utm_source') }} as utm_source,
        {{ tracked_text('utm_medium') }} as utm_medium,
        {{ tracked_text('utm_campaign') }} as utm_campaign,
        {{ tracked_text('utm_content') }} as utm_content,
        {{ tracked_text('utm_term') }} as utm_term,
        referrer,
        entrance_page,
        tags,
        -- dates and timestamps
        sent_on,
        {{ to_utc('sent_at') }} as sent_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    qualify row_number() over (
        partition by account_id, message_id order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
