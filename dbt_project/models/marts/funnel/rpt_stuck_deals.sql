with open_deals as (
    select * from {{ ref('int_funnel__open_deals') }}
),

visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

slas as (
    select * from {{ ref('fct_stage_sla') }}
    where is_open
),

activities as (
    select * from {{ ref('fct_deal_activities') }}
    where deal_id is not null and occurred_at <= {{ as_of() }}
),

tags as (
    select distinct
        account_id,
        lead_id as deal_id
    from {{ ref('stg_amocrm__lead_tags') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

working_days as (
    select * from {{ ref('int_company__working_days') }}
),

-- where nobody set a term, what most deals need is one
norms as (
    select
        account_id,
        pipeline_id,
        stage_id,
        round(percentile_cont(0.9) within group (order by dwell_seconds), 3) as norm_seconds
    from visits
    where left_at is not null and is_unbroken and not is_deleted
    group by account_id, pipeline_id, stage_id
    having count(*) >= {{ var('norm_minimum_stays') }}
),

-- what a robot does tells nothing of the work
judge_activities as (
    select
        activities.account_id,
        activities.deal_id,
        activities.activity_id,
        activities.kind,
        activities.occurred_at,
        coalesce(activities.actor_user_id, -1) <> 0 or activities.is_contact as is_done,
        activities.is_work and activities.occurred_at >= open_deals.entered_at as is_work_here,
        case
            when activities.is_contact and activities.occurred_at >= open_deals.entered_at
                then activities.direction
        end as contact_here
    from open_deals
    inner join activities using (account_id, deal_id)
),

sum_activities as (
    select
        account_id,
        deal_id,
        max(case when is_done then occurred_at end) as last_activity_at,
        max_by(kind, (occurred_at, activity_id)) filter (where is_done) as last_activity_kind,
        max(case when is_work_here then occurred_at end) as last_work_at,
        max(case when contact_here = 'out' then occurred_at end) as last_outbound_at,
        max(case when contact_here = 'in' then occurred_at end) as last_inbound_at
    from judge_activities
    group by account_id, deal_id
),

measure_stays as (
    select
        open_deals.*,
        sum_activities.last_activity_at,
        sum_activities.last_activity_kind,
        case
            when sum_activities.last_inbound_at >= sum_activities.last_outbound_at then 'manager'
            when sum_activities.last_outbound_at is not null then 'client'
            when sum_activities.last_inbound_at is not null then 'manager'
            else 'unknown'
        end as waiting_on,
        coalesce(slas.is_breach, false) as is_breach,
        coalesce(slas.total_seconds, open_deals.dwell_seconds) as age_seconds,
        case
            when open_deals.kind = 'fixed' then open_deals.limit_seconds
            when open_deals.kind is null then norms.norm_seconds
        end as norm_seconds,
        -- how old the stay was when work was last done in it, in the clock of its norm
        case
            when slas.clock = 'working'
                then {{ working_seconds(
                    'open_deals.entered_at', 'sum_activities.last_work_at', 'entry_days', 'work_days'
                ) }}
            else {{ seconds_between('open_deals.entered_at', 'sum_activities.last_work_at') }}
        end as age_at_last_work
    from open_deals
    left join sum_activities using (account_id, deal_id)
    left join slas
        on
            open_deals.account_id = slas.account_id
            and open_deals.deal_id = slas.deal_id
            and open_deals.visit_number = slas.visit_number
    left join norms
        on
            open_deals.account_id = norms.account_id
            and open_deals.pipeline_id = norms.pipeline_id
            and open_deals.stage_id = norms.stage_id
    left join working_days as entry_days
        on {{ local_date('open_deals.entered_at') }} = entry_days.day_on
    left join working_days as work_days
        on {{ local_date('sum_activities.last_work_at') }} = work_days.day_on
),

find_reasons as (
    select
        *,
        case
            when kind = 'indefinite' and not has_future_task then 'no_next_step'
            when kind = 'fixed' and age_seconds > norm_seconds then 'over_limit'
            when kind is null and age_seconds > norm_seconds then 'over_p90'
        end as reason
    from measure_stays
)

select
    -- ids
    find_reasons.account_id,
    find_reasons.deal_id,
    find_reasons.visit_number,
    find_reasons.pipeline_id,
    find_reasons.stage_id,
    find_reasons.responsible_user_id,
    -- strings
    find_reasons.deal_name,
    find_reasons.deal_url,
    find_reasons.pipeline_name,
    find_reasons.stage_name,
    {{ user_label('users.user_name', 'find_reasons.responsible_user_id') }} as responsible_name,
    find_reasons.reason,
    case when find_reasons.kind = 'fixed' then find_reasons.clock else 'calendar' end as clock,
    find_reasons.waiting_on,
    find_reasons.last_activity_kind,
    -- numbers
    cast(
        row_number() over (
            partition by find_reasons.account_id
            order by
                find_reasons.price desc nulls last,
                find_reasons.dwell_seconds desc,
                find_reasons.deal_id asc
        ) as integer
    ) as place,
    find_reasons.age_seconds,
    cast(find_reasons.norm_seconds as double) as norm_seconds,
    -- money
    {{ money('find_reasons.price') }} as price,
    find_reasons.currency,
    -- booleans
    find_reasons.is_breach,
    find_reasons.is_unbroken,
    tags.deal_id is not null as has_tag,
    find_reasons.has_open_task,
    find_reasons.has_future_task,
    find_reasons.has_supervisor_task,
    -- past its term nobody has done anything and nobody means to
    find_reasons.reason <> 'no_next_step'
    and not find_reasons.has_future_task
    and coalesce(find_reasons.age_at_last_work <= find_reasons.norm_seconds, true)
        as should_be_closed,
    -- timestamps
    find_reasons.entered_at,
    find_reasons.last_activity_at
from find_reasons
left join tags
    on
        find_reasons.account_id = tags.account_id
        and find_reasons.deal_id = tags.deal_id
left join users
    on
        find_reasons.account_id = users.account_id
        and find_reasons.responsible_user_id = users.user_id
where find_reasons.reason is not null
