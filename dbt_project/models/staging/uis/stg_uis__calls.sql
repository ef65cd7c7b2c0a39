with raw_rows as (
    {{ source_or_empty('raw_uis', 'calls') }}
),

renamed as (
    select
        -- ids
        account_id as uis_account_id,
        call_id,
        communication_id,
        visitor_id,
        visitor_session_id,
        ym_client_id,
        ua_client_id,
        gclid,
        yclid,
        campaign_id,
        employee_id,
        -- strings
        lower(direction) as direction,
        finish_reason,
        {{ tracked_text('contact_phone_number') }} as phone,
        {{ tracked_text('virtual_phone_number') }} as virtual_phone,
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
        employee_name,
        tags,
        -- numbers
        wait_seconds,
        talk_seconds,
        -- booleans
        is_lost,
        -- dates and timestamps
        called_on,
        {{ to_utc('started_at') }} as started_at,
        {{ to_utc('finished_at') }} as finished_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    -- a changed zone moves calls around midnight to another day, and leaves a copy where they were
    qualify row_number() over (
        partition by account_id, call_id order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
