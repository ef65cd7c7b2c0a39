with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

stuck_deals as (
    select * from {{ ref('rpt_stuck_deals') }}
),

open_slas as (
    select * from {{ ref('fct_stage_sla') }}
    where is_open and not is_deleted
),

contacts as (
    select * from {{ ref('fct_deal_activities') }}
    where is_contact and deal_id is not null and occurred_at <= {{ as_of() }}
),

recent_sloppy_skips as (
    select
        account_id,
        deal_id,
        max(moved_at) as sloppy_moved_at
    from {{ ref('fct_deal_skips') }}
    where skip_class = 'sloppy' and moved_at > {{ recent_from() }}
    group by account_id, deal_id
),

first_stages as (
    select
        account_id,
        pipeline_id,
        min_by(stage_id, stage_order) as first_stage_id
    from stages
    where is_ordinary and is_listed and stage_order is not null
    group by account_id, pipeline_id
),

count_contacts as (
    select
        deals.account_id,
        deals.deal_id,
        count(*) as stage_contacts
    from deals
    inner join contacts using (account_id, deal_id)
    where deals.is_working and contacts.occurred_at >= deals.stage_entered_at
    group by deals.account_id, deals.deal_id
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    -- strings
    stuck_deals.waiting_on,
    -- numbers
    {{ integer_divide('coalesce(open_slas.total_seconds, stuck_deals.age_seconds)', 3600) }}
        as stay_hours,
    {{ integer_divide('open_slas.limit_seconds', 3600) }} as limit_hours,
    count_contacts.stage_contacts,
    -- booleans
    coalesce(stages.is_listed, false) as is_stage_listed,
    coalesce(stuck_deals.reason = 'over_limit' and not stuck_deals.is_breach, false)
        as is_stuck_waiting_client,
    coalesce(stuck_deals.reason = 'over_p90', false) as is_stuck_over_norm,
    coalesce(stuck_deals.reason = 'no_next_step', false) as is_without_next_step,
    coalesce(stuck_deals.should_be_closed, false) as should_be_closed,
    deals.is_open and coalesce(open_slas.is_breach, false) as is_sla_breach,
    deals.is_open and coalesce(open_slas.is_warning, false) as is_sla_warning,
    recent_sloppy_skips.deal_id is not null as is_sloppy_jump,
    deals.is_open and not coalesce(stages.is_listed, false) as is_stage_unlisted,
    coalesce(
        deals.is_working
        and deals.stage_id = first_stages.first_stage_id
        and count_contacts.stage_contacts >= {{ var('quality_busy_stage_contacts') }},
        false
    ) as is_first_stage_busy,
    -- timestamps
    recent_sloppy_skips.sloppy_moved_at
from deals
left join stages
    on
        deals.account_id = stages.account_id
        and deals.pipeline_id = stages.pipeline_id
        and deals.stage_id = stages.stage_id
left join first_stages
    on
        deals.account_id = first_stages.account_id
        and deals.pipeline_id = first_stages.pipeline_id
left join stuck_deals
    on
        deals.account_id = stuck_deals.account_id
        and deals.deal_id = stuck_deals.deal_id
left join open_slas
    on
        deals.account_id = open_slas.account_id
        and deals.deal_id = open_slas.deal_id
left join recent_sloppy_skips
    on
        deals.account_id = recent_sloppy_skips.account_id
        and deals.deal_id = recent_sloppy_skips.deal_id
left join count_contacts
    on
        deals.account_id = count_contacts.account_id
        and deals.deal_id = count_contacts.deal_id
