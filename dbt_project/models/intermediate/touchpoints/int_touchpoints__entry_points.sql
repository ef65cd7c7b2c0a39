with parsed_phones as (
    select * from {{ ref('int_identity__parsed_phones') }}
),

uis_calls as (
    select * from {{ ref('stg_uis__calls') }}
),

uis_messages as (
    select * from {{ ref('stg_uis__offline_messages') }}
),

uis_chats as (
    select
        *,
        cast(answer_seconds as bigint) as wait_seconds,
        cast(chat_seconds as bigint) as duration_seconds,
        case when initiator = 'operator' then 'out' else 'in' end as direction
    from {{ ref('stg_uis__chats') }}
),

calltouch_calls as (
    select * from {{ ref('stg_calltouch__calls') }}
),

calltouch_requests as (
    select * from {{ ref('stg_calltouch__requests') }}
),

unite_services as (
    select
        {{ entry_point('uis', 'call', 'call_id', 'started_at', {
            'direction': 'direction', 'phone': 'phone', 'virtual_phone': 'virtual_phone',
            'subject': 'campaign_name', 'is_lost': 'is_lost', 'wait_seconds': 'wait_seconds',
            'duration_seconds': 'talk_seconds',
        }) }}
    from uis_calls

    union all

    select
        {{ entry_point('uis', 'form', 'message_id', 'sent_at', {
            'phone': 'phone', 'email': 'email', 'subject': 'form_type',
        }) }}
    from uis_messages

    union all

    select
        {{ entry_point('uis', 'chat', 'chat_id', 'started_at', {
            'direction': 'direction', 'subject': 'chat_channel_type',
            'is_lost': "status = 'lost'", 'wait_seconds': 'wait_seconds',
            'duration_seconds': 'duration_seconds',
        }) }}
    from uis_chats

    union all

    select
        {{ entry_point('calltouch', 'call', "site_id || '-' || call_id", 'called_at', {
            'phone': 'phone', 'virtual_phone': 'virtual_phone', 'subject': 'traffic_source',
            'is_lost': 'is_lost', 'wait_seconds': 'wait_seconds',
            'duration_seconds': 'talk_seconds', 'external_deal_id': 'order_number',
        }) }}
    from calltouch_calls

    union all

    select
        {{ entry_point('calltouch', 'form', 'request_id', 'sent_at', {
            'phone': 'phone', 'email': 'email', 'subject': 'subject',
            'external_deal_id': 'order_number',
        }) }}
    from calltouch_requests
),

name_entries as (
    select
        services.source || ':' || services.kind || ':' || services.source_row_id as entry_id,
        services.source,
        services.kind,
        services.source_row_id,
        services.ym_client_id,
        services.ua_client_id,
        services.yclid,
        services.gclid,
        services.rb_clickid,
        services.referrer,
        services.external_deal_id,
        services.direction,
        {{ e164('services.phone', 'parsed_phones.phone') }} as phone,
        {{ e164('services.virtual_phone', 'parsed_lines.phone') }} as virtual_phone,
        services.email,
        services.subject,
        services.utm_source,
        services.utm_medium,
        services.utm_campaign,
        services.utm_content,
        services.utm_term,
        services.wait_seconds,
        services.duration_seconds,
        services.is_lost,
        services.occurred_at
    from unite_services as services
    left join parsed_phones on services.phone = parsed_phones.spelling
    left join parsed_phones as parsed_lines on services.virtual_phone = parsed_lines.spelling
)

select * from name_entries
