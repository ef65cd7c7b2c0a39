{% set half_life_seconds = var('attribution_half_life_days') * 86400 %}

with paths as (
    select
        *,
        -- counted from the last touch: as a share of the path it is the same as from the end; a
        -- decimal, for sums of those do not depend on the order of rows
        cast(
            round(
                power(
                    cast(0.5 as double),
                    {{ seconds_between('touched_at', 'last_touched_at') }}
                    / cast({{ half_life_seconds }} as double)
                ),
                15
            ) as decimal(18, 15)
        ) as decay
    from {{ ref('int_attribution__paths') }}
    where has_payments
),

total_paths as (
    select
        account_id,
        deal_id,
        sum(decay) as decay,
        count(case when position = 1 or position = touches or is_lead_creation then 1 end)
            as w_milestones,
        count(case when position = 1 or is_lead_creation then 1 end) as u_milestones
    from paths
    group by account_id, deal_id
),

-- parts of a hundred; a touch that is several milestones has the parts of all of them
share_out as (
    select
        paths.account_id,
        paths.deal_id,
        paths.touch_id,
        paths.position,
        paths.touches,
        paths.channel,
        paths.placement,
        paths.campaign_key,
        paths.is_last_non_direct,
        cast(paths.decay as double) / cast(total_paths.decay as double) as decay_share,
        case when paths.position = 1 then 30 else 0 end
        + case when paths.is_lead_creation then 30 else 0 end
        + case when paths.position = paths.touches then 30 else 0 end as w_part,
        60 + case when paths.has_lead_creation then 30 else 0 end as w_parts,
        paths.touches - total_paths.w_milestones as w_others,
        case when paths.position = 1 then 40 else 0 end
        + case when paths.is_lead_creation then 40 else 0 end as u_part,
        40 + case when paths.has_lead_creation then 40 else 0 end as u_parts,
        paths.touches - total_paths.u_milestones as u_others
    from paths
    inner join total_paths using (account_id, deal_id)
),

-- what is meant for others goes to nobody where there are none: the parts left are the whole
weigh as (
    select
        *,
        case when position = 1 then 1 else 0 end as first_weight,
        case when position = touches then 1 else 0 end as last_weight,
        case when is_last_non_direct then 1 else 0 end as last_non_direct_weight,
        cast(1 as double) / touches as linear_weight,
        case
            when touches <= 2 then cast(1 as double) / touches
            when position in (1, touches) then 0.4
            else cast(0.2 as double) / (touches - 2)
        end as position_40_20_40_weight,
        decay_share as time_decay_weight,
        case
            when w_part = 0 then cast(10 as double) / w_others
            else w_part
        end / (w_parts + case when w_others > 0 then 10 else 0 end) as w_shaped_weight,
        case
            when u_part = 0 then cast(20 as double) / u_others
            else u_part
        end / (u_parts + case when u_others > 0 then 20 else 0 end) as u_first_leadcreate_weight
    from share_out
)

select
    account_id,
    deal_id,
    touch_id,
    position,
    channel,
    placement,
    campaign_key,
    {% for model in rule_models() %}
        {{ exact_weight(model ~ '_weight') }} as {{ model }}_weight
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from weigh
