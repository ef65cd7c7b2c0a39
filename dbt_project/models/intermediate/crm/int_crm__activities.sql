{{ config(materialized='view') }}

{#
  What amoCRM's events mean here: (kind, direction, event types). A type that stands nowhere is "other".
#}
{% set event_kinds = [
    ('call', 'in', ['incoming_call']),
    ('call', 'out', ['outgoing_call']),
    ('message', 'in', ['incoming_chat_message', 'incoming_sms']),
    ('message', 'out', ['outgoing_chat_message', 'outgoing_sms']),
    ('mail', 'in', ['incoming_mail']),
    ('mail', 'out', ['outgoing_mail']),
    ('meeting', none, ['zoom_conference']),
    ('document', none, ['attachment_note_added']),
    ('note', none, ['common_note_added', 'geo_note_added', 'entity_direct_message', 'page_mention']),
    ('service_note', none, [
        'service_note_added', 'site_visit_note_added', 'targeting_in_note_added',
        'targeting_out_note_added', 'message_to_cashier_note_added', 'link_followed', 'ai_result',
    ]),
    ('created', none, ['lead_added']),
    ('deleted', none, ['lead_deleted']),
    ('restored', none, ['lead_restored']),
    ('merged', none, ['entity_merged']),
    ('stage_change', none, ['lead_status_changed']),
    ('responsible_change', none, ['entity_responsible_changed']),
    ('price_change', none, ['sale_field_changed']),
    ('field_change', none, ['name_field_changed', 'ltv_field_changed', 'custom_field_value_changed']),
    ('tag_change', none, ['entity_tag_added', 'entity_tag_deleted']),
    ('link_change', none, ['entity_linked', 'entity_unlinked', 'lead_linked', 'lead_unlinked']),
    ('task_added', none, ['task_added']),
    ('deadline_change', none, ['task_deadline_changed']),
    ('task_change', none, [
        'task_deleted', 'task_type_changed', 'task_text_changed', 'task_result_added',
    ]),
] %}

{# amoCRM's own type of task for meetings #}
{% set meeting_type = 2 %}

with events as (
    select * from {{ ref('stg_amocrm__events') }}
),

notes as (
    select
        *,
        {{ card_type('entity_type') }} as card_type
    from {{ ref('stg_amocrm__notes') }}
),

calls as (
    select * from {{ ref('stg_amocrm__calls') }}
),

tasks as (
    select * from {{ ref('stg_amocrm__tasks') }}
),

talks as (
    select * from {{ ref('stg_amocrm__talks') }}
    where entity_type = 'lead'
),

invoices as (
    select * from {{ ref('stg_amocrm__invoices') }}
    where not is_deleted
),

invoice_links as (
    select * from {{ ref('stg_amocrm__lead_catalog_elements') }}
),

files_tasks as (
    select * from {{ ref('stg_files__tasks') }}
),

files_events as (
    select * from {{ ref('int_crm__files_events') }}
),

-- a note tells more than the event of its adding, and a change from a thing to itself is none
events_of_their_own as (
    select
        events.*,
        -- a join compares columns only: with a condition of one side it would go through all pairs
        case when events.entity_type = 'task' then events.entity_id end as task_id,
        case when events.entity_type = 'contact' then events.talk_id end as contact_talk_id,
        case events.event_type
            {%- for kind, _, event_types in event_kinds %}
                {%- for event_type in event_types %}
                    when '{{ event_type }}' then '{{ kind }}'
                {%- endfor %}
            {%- endfor %}
            else 'other'
        end as kind,
        case events.event_type
            {%- for _, direction, event_types in event_kinds if direction %}
                {%- for event_type in event_types %}
                    when '{{ event_type }}' then '{{ direction }}'
                {%- endfor %}
            {%- endfor %}
        end as direction
    from events
    left join notes
        on
            events.account_id = notes.account_id
            and events.note_id = notes.note_id
            and events.entity_type = notes.card_type
    where
        notes.note_id is null
        and events.event_type <> 'task_completed'
        -- a letter is a note; where it is an event besides, that one names it
        and not (
            events.event_type in ('incoming_mail', 'outgoing_mail') and events.note_id is null
        )
        and (
            events.event_type <> 'lead_status_changed'
            or events.before_status_id <> events.after_status_id
            or events.before_pipeline_id <> events.after_pipeline_id
        )
        and (
            events.event_type <> 'entity_responsible_changed'
            or coalesce(events.before_responsible_user_id, -1)
            <> coalesce(events.after_responsible_user_id, -1)
        )
),

event_activities as (
    select
        events_of_their_own.account_id,
        'event:' || events_of_their_own.event_id as activity_id,
        'event' as source,
        events_of_their_own.kind,
        events_of_their_own.direction,
        coalesce({{ card_type('tasks.entity_type') }}, events_of_their_own.entity_type)
            as card_type,
        coalesce(tasks.entity_id, events_of_their_own.entity_id) as card_id,
        talks.entity_id as talk_deal_id,
        cast(null as string) as phone,
        cast(null as string) as call_id,
        events_of_their_own.created_by_user_id as actor_user_id,
        -- a call without its note may have been answered or not
        events_of_their_own.kind in ('message', 'mail') as is_contact,
        events_of_their_own.created_at as occurred_at
    from events_of_their_own
    left join tasks
        on
            events_of_their_own.account_id = tasks.account_id
            and events_of_their_own.task_id = tasks.task_id
    left join talks
        on
            events_of_their_own.account_id = talks.account_id
            and events_of_their_own.contact_talk_id = talks.talk_id
    where
        events_of_their_own.entity_type in ('lead', 'task')
        -- edits of other cards are no work on a deal
        or events_of_their_own.kind in (
            'call', 'message', 'mail', 'meeting', 'document', 'note', 'service_note'
        )
),

note_activities as (
    select
        account_id,
        'note:' || card_type || ':' || note_id as activity_id,
        'note' as source,
        case
            when note_type in ('sms_in', 'sms_out') then 'message'
            when note_type = 'amomail_message' then 'mail'
            when note_type = 'zoom_meeting' then 'meeting'
            when
                note_type in ('attachment', 'dropbox_attachment', 'invoice_paid', 'bill_paid')
                then 'document'
            when note_type in ('common', 'geolocation') then 'note'
            else 'service_note'
        end as kind,
        case
            when note_type = 'sms_in' or mail_is_incoming then 'in'
            when note_type = 'sms_out' or not mail_is_incoming then 'out'
        end as direction,
        card_type,
        entity_id as card_id,
        cast(null as bigint) as talk_deal_id,
        cast(null as string) as phone,
        cast(null as string) as call_id,
        created_by_user_id as actor_user_id,
        note_type in ('sms_in', 'sms_out', 'amomail_message') as is_contact,
        created_at as occurred_at
    from notes
    where note_type not in ('call_in', 'call_out')
),

-- telephony writes the note, a person talks
call_activities as (
    select
        account_id,
        'note:' || {{ card_type('entity_type') }} || ':' || note_id as activity_id,
        'note' as source,
        'call' as kind,
        direction,
        {{ card_type('entity_type') }} as card_type,
        entity_id as card_id,
        cast(null as bigint) as talk_deal_id,
        phone,
        call_id,
        coalesce(answered_by_user_id, created_by_user_id) as actor_user_id,
        is_answered as is_contact,
        called_at as occurred_at
    from calls
),

last_completions as (
    select
        account_id,
        entity_id as task_id,
        max_by(created_by_user_id, created_at) as actor_user_id,
        max(created_at) as completed_at
    from events
    where event_type = 'task_completed'
    group by account_id, entity_id
),

-- once a task, and not one that was opened again; where the feed has no event of it, the last
-- change of the card is the nearest to it
task_activities as (
    select
        account_id,
        'task:' || task_id as activity_id,
        'task' as source,
        case when tasks.task_type_id = {{ meeting_type }} then 'meeting' else 'task_done' end
            as kind,
        cast(null as string) as direction,
        {{ card_type('tasks.entity_type') }} as card_type,
        tasks.entity_id as card_id,
        cast(null as bigint) as talk_deal_id,
        cast(null as string) as phone,
        cast(null as string) as call_id,
        last_completions.actor_user_id,
        false as is_contact,
        coalesce(last_completions.completed_at, tasks.updated_at) as occurred_at
    from tasks
    full outer join last_completions using (account_id, task_id)
    where coalesce(tasks.is_completed, true)
),

invoice_activities as (
    select
        invoices.account_id,
        'invoice:' || invoices.catalog_id || ':' || invoices.invoice_id
        || coalesce(':' || invoice_links.lead_id, '') as activity_id,
        'invoice' as source,
        'document' as kind,
        cast(null as string) as direction,
        'lead' as card_type,
        invoice_links.lead_id as card_id,
        cast(null as bigint) as talk_deal_id,
        cast(null as string) as phone,
        cast(null as string) as call_id,
        invoices.created_by_user_id as actor_user_id,
        false as is_contact,
        invoices.created_at as occurred_at
    from invoices
    left join invoice_links
        on
            invoices.account_id = invoice_links.account_id
            and invoices.catalog_id = invoice_links.catalog_id
            and invoices.invoice_id = invoice_links.element_id
),

files_activities as (
    select
        account_id,
        'event:' || event_id as activity_id,
        'event' as source,
        case kind when 'created' then 'created' else 'stage_change' end as kind,
        deal_id,
        created_by_user_id as actor_user_id,
        created_at as occurred_at
    from files_events

    union all

    select
        account_id,
        'task:' || task_id as activity_id,
        'task' as source,
        'task_done' as kind,
        deal_id,
        cast(null as bigint) as actor_user_id,
        completed_at as occurred_at
    from files_tasks
    where completed_at is not null
),

union_records as (
    select * from event_activities
    union all
    select * from note_activities
    union all
    select * from call_activities
    union all
    select * from task_activities
    union all
    select * from invoice_activities
    union all
    select
        account_id,
        activity_id,
        source,
        kind,
        cast(null as string) as direction,
        'lead' as card_type,
        deal_id as card_id,
        cast(null as bigint) as talk_deal_id,
        cast(null as string) as phone,
        cast(null as string) as call_id,
        actor_user_id,
        false as is_contact,
        occurred_at
    from files_activities
)

select
    -- ids
    account_id,
    activity_id,
    coalesce(talk_deal_id, case when card_type = 'lead' then card_id end) as deal_id,
    case when card_type in ('contact', 'company') then card_type end as owner_type,
    case when card_type in ('contact', 'company') then card_id end as owner_id,
    call_id,
    actor_user_id,
    -- strings
    source,
    kind,
    direction,
    phone,
    -- booleans
    is_contact,
    -- timestamps
    occurred_at
from union_records
