{# what a deal's card tells of an arrival, and so long before it the arrival itself #}
{% set arrival_seconds = 86400 %}
{% set session_seconds = var('attribution_session_minutes') * 60 %}
{# of one moment, the arrival comes first and what the card tells of it last #}
{% set ordering = 'touched_at, kind_rank, raw_touch_id' %}

with touches as (
    select
        *,
        case kind when 'visit' then 1 when 'crm_source' then 3 else 2 end as kind_rank,
        case
            when kind = 'crm_source'
                then greatest({{ arrival_seconds }}, {{ session_seconds }})
            else {{ session_seconds }}
        end as seconds_apart
    from {{ ref('int_touchpoints__touch_records') }}
),

look_back as (
    select
        *,
        lag(touched_at) over (
            partition by account_id, person_id, channel order by {{ ordering }}
        ) as previous_at
    from touches
),

number_groups as (
    select
        *,
        count(
            case
                when
                    previous_at is null
                    or {{ seconds_between('previous_at', 'touched_at') }} > seconds_apart
                    then 1
            end
        ) over (
            partition by account_id, person_id, channel order by {{ ordering }}
            rows between unbounded preceding and current row
        ) as group_number
    from look_back
),

name_groups as (
    select
        *,
        first_value(raw_touch_id) over (
            partition by account_id, person_id, channel, group_number order by {{ ordering }}
        ) as touch_id,
        count(*) over (partition by account_id, person_id, channel, group_number) as records
    from number_groups
)

select
    -- ids
    account_id,
    raw_touch_id,
    touch_id,
    person_id,
    deal_id,
    -- strings
    source,
    kind,
    stitch_rule,
    channel,
    placement,
    campaign_key,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    -- numbers
    records,
    -- timestamps
    touched_at
from name_groups
