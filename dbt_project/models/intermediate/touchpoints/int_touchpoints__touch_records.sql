{{ config(materialized='view') }}

{# a visit so many seconds before an inquiry of the same browser is the one that led to it #}
{% set own_visit_seconds = 1800 %}
{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with marked_records as (
    select * from {{ ref('int_touchpoints__marked_records') }}
),

inquiries as (
    select * from {{ ref('int_touchpoints__inquiries') }}
    where direction = 'in'
),

deal_sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
    where source_rule in ('deal_utm', 'deal_source', 'contact_utm')
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

files_touches as (
    select
        *,
        {{ id_of_text('source_person_id') }} as contact_id
    from {{ ref('stg_files__touches') }}
),

persons as (
    select * from {{ ref('int_identity__persons') }}
),

person_keys as (
    select * from {{ ref('int_identity__person_keys') }}
    where is_uniting
),

main_persons as (
    select * from {{ ref('int_identity__person_deals') }}
    where is_main
),

visits as (
    select
        *,
        'ym_uid ' || ym_uid as browser_key
    from marked_records
    where record_kind = 'visit'
),

inquiry_marks as (
    select * from marked_records
    where record_kind = 'inquiry'
),

file_marks as (
    select * from marked_records
    where record_kind = 'file_touch'
),

mark_inquiries as (
    select
        inquiries.account_id,
        inquiries.inquiry_id,
        inquiries.person_id,
        inquiries.deal_id,
        inquiries.stitch_rule,
        inquiries.source,
        inquiries.kind,
        'phone ' || inquiries.phone as phone_key,
        'email ' || {{ plain_email('inquiries.email') }} as email_key,
        {{ plain_ym_uid('inquiries.ym_client_id') }} as ym_uid,
        'ym_uid ' || {{ plain_ym_uid('inquiries.ym_client_id') }} as browser_key,
        nullif(inquiry_marks.channel, 'unknown') as channel,
        inquiry_marks.placement,
        inquiry_marks.campaign_key,
        {% for mark in marks %}
            inquiry_marks.{{ mark }},
        {% endfor %}
        inquiries.occurred_at
    from inquiries
    left join inquiry_marks
        on
            inquiries.account_id = inquiry_marks.account_id
            and inquiries.inquiry_id = inquiry_marks.record_id
),

-- of an inquiry that tells no source itself, the visit during which it was made
own_visits as (
    select
        mark_inquiries.account_id,
        mark_inquiries.inquiry_id,
        visits.channel,
        visits.placement,
        {% for mark in marks %}
            visits.{{ mark }},
        {% endfor %}
        visits.campaign_key
    from mark_inquiries
    inner join visits
        on
            mark_inquiries.account_id = visits.account_id
            and mark_inquiries.ym_uid = visits.ym_uid
    where
        mark_inquiries.channel is null
        and visits.channel <> 'unknown'
        and visits.occurred_at <= mark_inquiries.occurred_at
        and {{ seconds_between('visits.occurred_at', 'mark_inquiries.occurred_at') }}
        <= {{ own_visit_seconds }}
    qualify row_number() over (
        partition by mark_inquiries.account_id, mark_inquiries.inquiry_id
        order by visits.occurred_at desc, visits.record_id asc
    ) = 1
),

-- whom the CRM does not know is a person all the same, known by a browser or by one inquiry
touches_of_visits as (
    select
        visits.account_id,
        'visit:' || visits.record_id as raw_touch_id,
        coalesce(
            person_keys.person_id,
            {{ hash_text('visits.browser_key') }},
            {{ hash_text("'visit ' || visits.record_id") }}
        ) as person_id,
        cast(null as bigint) as deal_id,
        'yandex_metrica' as source,
        'visit' as kind,
        case
            when visits.ym_uid is null then 'none'
            else coalesce(person_keys.rule, 'visit_ym_uid')
        end as stitch_rule,
        visits.channel,
        visits.placement,
        visits.campaign_key,
        {% for mark in marks %}
            visits.{{ mark }},
        {% endfor %}
        visits.occurred_at as touched_at
    from visits
    left join person_keys
        on
            visits.account_id = person_keys.account_id
            and visits.browser_key = person_keys.identity_key
),

touches_of_inquiries as (
    select
        mark_inquiries.account_id,
        'inquiry:' || mark_inquiries.inquiry_id as raw_touch_id,
        coalesce(
            mark_inquiries.person_id,
            by_phone.person_id,
            by_email.person_id,
            by_browser.person_id,
            {{ hash_text("'inquiry ' || mark_inquiries.inquiry_id") }}
        ) as person_id,
        mark_inquiries.deal_id,
        mark_inquiries.source,
        mark_inquiries.kind,
        case
            when mark_inquiries.person_id is not null then mark_inquiries.stitch_rule
            when by_phone.person_id is not null then 'record_phone'
            when by_email.person_id is not null then 'record_email'
            when by_browser.person_id is not null then 'record_ym_uid'
            else 'none'
        end as stitch_rule,
        coalesce(
            mark_inquiries.channel,
            own_visits.channel,
            case mark_inquiries.kind when 'call' then 'calls' when 'chat' then 'messengers' end,
            'unknown'
        ) as channel,
        {% for column in ['placement', 'campaign_key'] + marks %}
            case
                when mark_inquiries.channel is null and own_visits.channel is not null
                    then own_visits.{{ column }}
                else mark_inquiries.{{ column }}
            end as {{ column }},
        {% endfor %}
        mark_inquiries.occurred_at as touched_at
    from mark_inquiries
    left join own_visits
        on
            mark_inquiries.account_id = own_visits.account_id
            and mark_inquiries.inquiry_id = own_visits.inquiry_id
    {% for person, key in [
        ('by_phone', 'phone_key'), ('by_email', 'email_key'), ('by_browser', 'browser_key')
    ] %}
        left join person_keys as {{ person }}
            on
                mark_inquiries.account_id = {{ person }}.account_id
                and mark_inquiries.{{ key }} = {{ person }}.identity_key
    {% endfor %}
),

touches_of_deals as (
    select
        deal_sources.account_id,
        'deal:' || deal_sources.deal_id as raw_touch_id,
        coalesce(main_persons.person_id, {{ hash_text("'deal ' || deal_sources.deal_id") }})
            as person_id,
        deal_sources.deal_id,
        'crm' as source,
        'crm_source' as kind,
        case when main_persons.person_id is null then 'none' else 'deal_contact' end
            as stitch_rule,
        deal_sources.channel,
        deal_sources.placement,
        deal_sources.campaign_key,
        {% for mark in marks %}
            deal_sources.{{ mark }},
        {% endfor %}
        deals.created_at as touched_at
    from deal_sources
    inner join deals
        on
            deal_sources.account_id = deals.account_id
            and deal_sources.deal_id = deals.deal_id
    left join main_persons
        on
            deal_sources.account_id = main_persons.account_id
            and deal_sources.deal_id = main_persons.deal_id
),

touches_of_files as (
    select
        files_touches.account_id,
        'file:' || files_touches.touch_key as raw_touch_id,
        coalesce(persons.person_id, files_touches.contact_id) as person_id,
        files_touches.deal_id,
        'files' as source,
        'file' as kind,
        'file_person' as stitch_rule,
        file_marks.channel,
        file_marks.placement,
        file_marks.campaign_key,
        {% for mark in marks %}
            file_marks.{{ mark }},
        {% endfor %}
        files_touches.touched_at
    from files_touches
    left join persons
        on
            files_touches.account_id = persons.account_id
            and files_touches.contact_id = persons.contact_id
    left join file_marks
        on
            files_touches.account_id = file_marks.account_id
            and files_touches.touch_key = file_marks.record_id
),

unite_touches as (
    {% for touches in [
        'touches_of_visits', 'touches_of_inquiries', 'touches_of_deals', 'touches_of_files'
    ] %}
        select
            account_id,
            raw_touch_id,
            person_id,
            deal_id,
            source,
            kind,
            stitch_rule,
            coalesce(channel, 'unknown') as channel,
            placement,
            campaign_key,
            {% for mark in marks %}
                {{ mark }},
            {% endfor %}
            touched_at
        from {{ touches }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select * from unite_touches
