{% set services = ['uis', 'calltouch'] %}

with entry_points as (
    select distinct
        account_id,
        source,
        kind
    from {{ ref('int_touchpoints__inquiries_recorded') }}
),

accounts as (
    select * from {{ ref('int_crm__accounts') }}
    where source = 'amocrm'
),

files_inquiries as (
    select * from {{ ref('stg_files__inquiries') }}
),

service_days as (
    {% for service in services %}
        select
            '{{ service }}' as source,
            kind,
            max(asked_on) as asked_on
        from {{ ref('stg_' ~ service ~ '__asked_days') }}
        group by kind
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

account_days as (
    select
        account_id,
        max({{ local_date('last_seen_at') }}) as asked_on
    from accounts
    group by account_id
),

-- a file tells of the days up to its last inquiry
file_days as (
    select
        'files' as source,
        max({{ local_date('occurred_at') }}) as asked_on
    from files_inquiries
)

select
    entry_points.account_id,
    entry_points.source,
    entry_points.kind,
    case
        when left(entry_points.source, 6) = 'amocrm' then account_days.asked_on
        else coalesce(service_days.asked_on, file_days.asked_on)
    end as asked_on
from entry_points
left join service_days
    on
        entry_points.source = service_days.source
        and entry_points.kind = service_days.kind
left join account_days on entry_points.account_id = account_days.account_id
left join file_days on entry_points.source = file_days.source
