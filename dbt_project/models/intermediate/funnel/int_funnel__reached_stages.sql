with progress as (
    select * from {{ ref('int_funnel__deal_progress') }}
),

order_stages as (
    select distinct
        account_id,
        pipeline_id,
        stage_id,
        order_number,
        stage_order,
        is_counted
    from {{ ref('int_funnel__layout_stages') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
    where not is_deleted
),

sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
),

first_stays as (
    select * from progress
    where is_first_stay and not is_lost
),

-- a strict way enters every counted stage that stands before, in the order in which they stand
look_before as (
    select
        account_id,
        deal_id,
        pipeline_id,
        stage_id,
        stage_order,
        visit_number,
        ordinary_before,
        is_counted,
        count(case when is_counted then 1 end) over before_it as entered_before,
        max(case when is_counted then visit_number end) over before_it as last_before
    from first_stays
    where not is_split and stage_order is not null
    window before_it as (
        partition by account_id, deal_id, pipeline_id order by stage_order
        rows between unbounded preceding and 1 preceding
    )
),

judge_steps as (
    select
        *,
        entered_before = ordinary_before
        and coalesce(last_before < visit_number, true) as is_in_turn
    from look_before
),

strict_at_once as (
    select
        account_id,
        deal_id,
        pipeline_id,
        stage_id,
        is_in_turn
        and coalesce(
            min(case when is_counted then case when is_in_turn then 1 else 0 end end) over (
                partition by account_id, deal_id, pipeline_id order by stage_order
                rows between unbounded preceding and 1 preceding
            ),
            1
        ) = 1 as is_strict
    from judge_steps
),

-- where stages were moved in a deal's lifetime, what stands before is asked of the order at the
-- entry
pair_split as (
    select
        later.account_id,
        later.deal_id,
        later.pipeline_id,
        later.stage_id,
        later.ordinary_before,
        order_stages.stage_order as earlier_order,
        lag(order_stages.stage_order) over (
            partition by later.account_id, later.deal_id, later.pipeline_id, later.stage_id
            order by earlier.visit_number
        ) as order_before_it
    from first_stays as later
    inner join first_stays as earlier
        on
            later.account_id = earlier.account_id
            and later.deal_id = earlier.deal_id
            and later.pipeline_id = earlier.pipeline_id
            and later.visit_number > earlier.visit_number
    inner join order_stages
        on
            earlier.account_id = order_stages.account_id
            and earlier.pipeline_id = order_stages.pipeline_id
            and earlier.stage_id = order_stages.stage_id
            and later.order_number = order_stages.order_number
    where
        later.is_split
        and order_stages.is_counted
        and order_stages.stage_order < later.stage_order
),

judge_split as (
    select
        account_id,
        deal_id,
        pipeline_id,
        stage_id,
        count(*) as entered_before,
        min(case when order_before_it > earlier_order then 0 else 1 end) = 1 as is_in_turn
    from pair_split
    group by account_id, deal_id, pipeline_id, stage_id
),

strict_split as (
    select
        first_stays.account_id,
        first_stays.deal_id,
        first_stays.pipeline_id,
        first_stays.stage_id,
        coalesce(judge_split.entered_before, 0) = first_stays.ordinary_before
        and coalesce(judge_split.is_in_turn, true) as is_strict
    from first_stays
    left join judge_split using (account_id, deal_id, pipeline_id, stage_id)
    where first_stays.is_split and first_stays.stage_order is not null
),

strict_stays as (
    select * from strict_at_once
    union all
    select * from strict_split
),

visited as (
    select
        account_id,
        deal_id,
        pipeline_id,
        stage_id,
        first_stays.responsible_user_id,
        first_stays.goes_further as is_advanced,
        first_stays.is_lost_here,
        first_stays.is_still_here,
        first_stays.moves_on as is_moved_on,
        first_stays.is_reactivated,
        first_stays.is_deal_closed,
        coalesce(strict_stays.is_strict, false) as is_strict,
        first_stays.stay_seconds,
        first_stays.entered_at
    from first_stays
    left join strict_stays using (account_id, deal_id, pipeline_id, stage_id)
),

-- stage zero is being created: its totals are those of the report of leads, and going further is
-- being taken into work
created as (
    select
        progress.account_id,
        progress.deal_id,
        progress.pipeline_id,
        cast(0 as bigint) as stage_id,
        progress.responsible_user_id,
        progress.is_taken as is_advanced,
        progress.is_lost_from_pipeline as is_lost_here,
        progress.is_still_in_pipeline as is_still_here,
        progress.moves_on as is_moved_on,
        progress.is_returned as is_reactivated,
        progress.is_deal_closed,
        true as is_strict,
        cast(null as bigint) as stay_seconds,
        deals.created_at as entered_at
    from progress
    inner join deals using (account_id, deal_id)
    where progress.visit_number = 1
),

-- all pipelines together: a deal is created once and won for the first time once, wherever
created_anywhere as (
    select
        progress.account_id,
        progress.deal_id,
        cast(0 as bigint) as pipeline_id,
        cast(0 as bigint) as stage_id,
        progress.responsible_user_id,
        progress.is_ever_won as is_advanced,
        progress.is_deal_lost as is_lost_here,
        not progress.is_deal_lost as is_still_here,
        false as is_moved_on,
        progress.is_returned as is_reactivated,
        progress.is_deal_closed,
        true as is_strict,
        cast(null as bigint) as stay_seconds,
        deals.created_at as entered_at
    from progress
    inner join deals using (account_id, deal_id)
    where progress.visit_number = 1
),

won_anywhere as (
    select
        account_id,
        deal_id,
        cast(0 as bigint) as pipeline_id,
        cast(142 as bigint) as stage_id,
        responsible_user_id,
        false as is_advanced,
        is_deal_lost as is_lost_here,
        is_still_here,
        moves_on as is_moved_on,
        false as is_reactivated,
        is_deal_closed,
        true as is_strict,
        cast(null as bigint) as stay_seconds,
        entered_at
    from progress
    where is_won
    qualify row_number() over (partition by account_id, deal_id order by visit_number) = 1
),

all_reached as (
    select * from visited
    union all
    select * from created
    union all
    select * from created_anywhere
    union all
    select * from won_anywhere
)

select
    all_reached.account_id,
    all_reached.deal_id,
    all_reached.pipeline_id,
    all_reached.stage_id,
    all_reached.responsible_user_id,
    sources.channel,
    -- every deal has one outcome: going further counts for good, then what stands now
    case
        when all_reached.is_advanced then 'advanced'
        when all_reached.is_still_here then 'still_here'
        when all_reached.is_lost_here then 'lost_here'
        when all_reached.is_moved_on then 'moved_on'
        else 'left_otherwise'
    end as outcome,
    all_reached.stay_seconds,
    all_reached.is_advanced,
    all_reached.is_lost_here,
    all_reached.is_still_here,
    all_reached.is_reactivated,
    all_reached.is_advanced or all_reached.is_deal_closed
    or (all_reached.is_moved_on and not all_reached.is_still_here and not all_reached.is_lost_here)
        as is_resolved,
    all_reached.is_strict,
    {{ local_date('all_reached.entered_at') }} as entered_on
from all_reached
inner join sources using (account_id, deal_id)
