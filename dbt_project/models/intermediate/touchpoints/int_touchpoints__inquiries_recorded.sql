{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
{# what call tracking knows of the visit besides #}
{% set visit_columns = ['ym_client_id', 'yclid', 'gclid', 'rb_clickid', 'referrer'] %}

with parsed_phones as (
    select * from {{ ref('int_identity__parsed_phones') }}
),

entry_points as (
    select * from {{ ref('int_touchpoints__entry_points') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

calls as (
    select
        recorded.*,
        {{ e164('recorded.phone', 'parsed_phones.phone') }} as e164_phone
    from {{ ref('stg_amocrm__calls') }} as recorded
    left join parsed_phones on recorded.phone = parsed_phones.spelling
),

inbox as (
    select
        recorded.*,
        {{ e164('recorded.phone', 'parsed_phones.phone') }} as e164_phone
    from {{ ref('stg_amocrm__unsorted') }} as recorded
    left join parsed_phones on recorded.phone = parsed_phones.spelling
),

talks as (
    select * from {{ ref('stg_amocrm__talks') }}
),

files_inquiries as (
    select
        recorded.*,
        {{ e164('recorded.phone', 'parsed_phones.phone') }} as e164_phone
    from {{ ref('stg_files__inquiries') }} as recorded
    left join parsed_phones on recorded.phone = parsed_phones.spelling
),

-- older messages name no talk: then those of one contact are one
chat_messages as (
    select
        *,
        event_type = 'incoming_chat_message' as is_incoming,
        coalesce(
            'talk ' || talk_id,
            'contact ' || linked_talk_contact_id,
            entity_type || ' ' || entity_id
        ) as talk_key
    from {{ ref('stg_amocrm__events') }}
    where event_type in ('incoming_chat_message', 'outgoing_chat_message')
),

look_back as (
    select
        *,
        lag(created_at) over (
            partition by account_id, talk_key
            -- of one second, the client's word comes first
            order by created_at asc, is_incoming desc, event_id asc
        ) as previous_at
    from chat_messages
),

-- a client who writes after a day's silence asks anew; before that he goes on talking
first_messages as (
    select * from look_back
    where
        is_incoming
        and (
            previous_at is null
            or {{ seconds_between('previous_at', 'created_at') }} >= 86400
        )
),

unite_records as (
    select
        account.account_id,
        entry_points.entry_id as record_id,
        1 as source_rank,
        entry_points.source,
        entry_points.kind,
        entry_points.direction,
        case
            when entry_points.kind = 'call'
                then {{ first_match('entry_points.source_row_id', '([^-]+)$') }}
        end as call_id,
        cast(null as bigint) as contact_id,
        cast(null as bigint) as deal_id,
        entry_points.external_deal_id,
        cast(null as bigint) as pipeline_id,
        entry_points.phone,
        entry_points.email,
        entry_points.subject,
        {% for mark in marks %}
            entry_points.{{ mark }},
        {% endfor %}
        {% for column in visit_columns %}
            entry_points.{{ column }},
        {% endfor %}
        entry_points.is_lost as is_missed,
        entry_points.occurred_at
    from entry_points
    cross join account

    union all

    select
        account_id,
        'amocrm:call:' || note_id as record_id,
        2 as source_rank,
        'amocrm_calls' as source,
        'call' as kind,
        direction,
        call_id,
        case when entity_type = 'contacts' then entity_id end as contact_id,
        case when entity_type = 'leads' then entity_id end as deal_id,
        cast(null as string) as external_deal_id,
        cast(null as bigint) as pipeline_id,
        e164_phone as phone,
        cast(null as string) as email,
        line as subject,
        {% for mark in marks %}
            cast(null as string) as {{ mark }},
        {% endfor %}
        {% for column in visit_columns %}
            cast(null as string) as {{ column }},
        {% endfor %}
        not is_answered as is_missed,
        called_at as occurred_at
    from calls

    union all

    select
        messages.account_id,
        'amocrm:message:' || messages.event_id as record_id,
        2 as source_rank,
        'amocrm_talks' as source,
        'chat' as kind,
        'in' as direction,
        cast(null as string) as call_id,
        coalesce(
            talks.contact_id,
            messages.linked_talk_contact_id,
            case when messages.entity_type = 'contact' then messages.entity_id end
        ) as contact_id,
        case when messages.entity_type = 'lead' then messages.entity_id end as deal_id,
        cast(null as string) as external_deal_id,
        cast(null as bigint) as pipeline_id,
        cast(null as string) as phone,
        cast(null as string) as email,
        coalesce(messages.message_origin, talks.origin) as subject,
        {% for mark in marks %}
            cast(null as string) as {{ mark }},
        {% endfor %}
        {% for column in visit_columns %}
            cast(null as string) as {{ column }},
        {% endfor %}
        false as is_missed,
        messages.created_at as occurred_at
    from first_messages as messages
    left join talks
        on
            messages.account_id = talks.account_id
            and messages.talk_id = talks.talk_id

    union all

    select
        account_id,
        'amocrm:unsorted:' || inquiry_uid as record_id,
        3 as source_rank,
        'amocrm_unsorted' as source,
        case category
            when 'sip' then 'call' when 'forms' then 'form' when 'chats' then 'chat'
            else category
        end as kind,
        'in' as direction,
        call_id,
        contact_id,
        lead_id as deal_id,
        cast(null as string) as external_deal_id,
        pipeline_id,
        e164_phone as phone,
        sender_email as email,
        coalesce(form_name, subject, service, source_name) as subject,
        {% for mark in marks %}
            {{ clean_mark(url_parameter('form_page', mark)) }} as {{ mark }},
        {% endfor %}
        cast(null as string) as ym_client_id,
        {% for click_id in ['yclid', 'gclid', 'rb_clickid'] %}
            {{ url_parameter('form_page', click_id) }} as {{ click_id }},
        {% endfor %}
        referer as referrer,
        category = 'sip' and coalesce(duration_seconds, 0) = 0 as is_missed,
        coalesce(called_at, form_sent_at, received_at, created_at) as occurred_at
    from inbox

    union all

    select
        account_id,
        'files:' || inquiry_id as record_id,
        4 as source_rank,
        'files' as source,
        case
            when {{ regexp_matches('kind', "'(call|phone|звон|телефон)'") }} then 'call'
            when {{ regexp_matches('kind', "'(form|форм|заявк|сайт)'") }} then 'form'
            when {{ regexp_matches('kind', "'(chat|messenger|чат|мессендж|whats|telegram)'") }}
                then 'chat'
            when {{ regexp_matches('kind', "'(mail|почт|письм)'") }} then 'mail'
            else kind
        end as kind,
        coalesce(direction, 'in') as direction,
        cast(null as string) as call_id,
        {{ id_of_text('source_person_id') }} as contact_id,
        deal_id,
        cast(null as string) as external_deal_id,
        cast(null as bigint) as pipeline_id,
        e164_phone as phone,
        email,
        kind as subject,
        {% for mark in marks %}
            {{ clean_mark(mark) }} as {{ mark }},
        {% endfor %}
        {% for column in visit_columns %}
            cast(null as string) as {{ column }},
        {% endfor %}
        false as is_missed,
        occurred_at
    from files_inquiries
)

select * from unite_records
