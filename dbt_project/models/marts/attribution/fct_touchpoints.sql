{% set marks = [
    'placement', 'campaign_key', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content',
    'utm_term',
] %}
{# a client who asks; what the card tells says no more than that one did #}
{% set kind_rank -%}
    case kind when 'crm_source' then 2 when 'visit' then 3 when 'file' then 3 else 1 end
{%- endset %}

with raw_touches as (
    select * from {{ ref('int_touchpoints__raw_touches') }}
),

-- most touches are one record, and sorting all of them would take the longest
rank_records as (
    select
        *,
        kind not in ('visit', 'file') as is_inquiry,
        row_number() over (
            partition by account_id, touch_id
            order by {{ kind_rank }}, touched_at, raw_touch_id
        ) as kind_number,
        -- marks of one record stay together: of the first that knows the campaign
        row_number() over (
            partition by account_id, touch_id
            order by
                case when campaign_key is null then 1 else 0 end,
                case when utm_source is null then 1 else 0 end,
                touched_at, raw_touch_id
        ) as marks_number,
        row_number() over (
            partition by account_id, touch_id, kind order by touched_at, raw_touch_id
        ) as number_in_kind
    from raw_touches
    where records > 1
),

collapse_touches as (
    select
        account_id,
        touch_id,
        min(person_id) as person_id,
        -- records of two deals came together to both
        case when min(deal_id) = max(deal_id) then min(deal_id) end as deal_id,
        max(case when kind_number = 1 then kind end) as kind,
        {{ joined_text('case when number_in_kind = 1 then kind end', ', ', 'touched_at, kind') }}
            as kinds,
        min(channel) as channel,
        {% for mark in marks %}
            max(case when marks_number = 1 then {{ mark }} end) as {{ mark }},
        {% endfor %}
        max(case when raw_touch_id = touch_id then stitch_rule end) as stitch_rule,
        max(case when raw_touch_id = touch_id then source end) as source,
        count(*) as collapsed,
        min(touched_at) as touched_at,
        min(case when is_inquiry then touched_at end) as inquiry_at
    from rank_records
    group by account_id, touch_id

    union all

    select
        account_id,
        touch_id,
        person_id,
        deal_id,
        kind,
        kind as kinds,
        channel,
        {% for mark in marks %}
            {{ mark }},
        {% endfor %}
        stitch_rule,
        source,
        records as collapsed,
        touched_at,
        case when kind not in ('visit', 'file') then touched_at end as inquiry_at
    from raw_touches
    where records = 1
)

select
    -- ids
    account_id,
    touch_id,
    person_id,
    deal_id,
    campaign_key,
    -- strings
    source,
    kind,
    kinds,
    stitch_rule,
    channel,
    placement,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    -- numbers
    cast(collapsed as integer) as collapsed,
    -- days, in the company's zone
    {{ local_date('touched_at') }} as touched_on,
    -- timestamps
    touched_at,
    inquiry_at
from collapse_touches
