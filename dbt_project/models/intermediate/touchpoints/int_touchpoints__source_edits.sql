{% set marks = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}

with field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type = 'leads'
),

events as (
    select * from {{ ref('stg_amocrm__events') }}
    where event_type = 'custom_field_value_changed' and entity_type = 'lead'
),

visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
    where is_won
),

mark_names as (
    {% for mark in marks %}
        select '{{ mark }}' as mark
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

name_fields as (
    select distinct
        account_id,
        field_id,
        lower(code) as code_mark,
        lower(trim(name)) as name_mark
    from field_values
),

utm_fields as (
    select
        name_fields.account_id,
        name_fields.field_id
    from name_fields
    inner join mark_names on name_fields.code_mark = mark_names.mark

    union

    select
        name_fields.account_id,
        name_fields.field_id
    from name_fields
    inner join mark_names on name_fields.name_mark = mark_names.mark
),

last_wins as (
    select
        visits.account_id,
        visits.deal_id,
        max(visits.entered_at) as won_at
    from visits
    inner join stages using (account_id, pipeline_id, stage_id)
    group by visits.account_id, visits.deal_id
),

-- robots and integrations change fields as user 0
edits as (
    select
        events.account_id,
        events.entity_id as deal_id,
        events.created_by_user_id,
        events.created_at,
        coalesce(events.created_at > last_wins.won_at, false) as is_after_win
    from events
    inner join utm_fields using (account_id, field_id)
    left join last_wins
        on
            events.account_id = last_wins.account_id
            and events.entity_id = last_wins.deal_id
    where events.created_by_user_id <> 0
),

sum_up as (
    select
        account_id,
        deal_id,
        max_by(created_by_user_id, created_at) as edited_by_user_id,
        count(*) as edits,
        bool_or(is_after_win) as is_edited_after_win,
        max(created_at) as edited_at
    from edits
    group by account_id, deal_id
)

select * from sum_up
