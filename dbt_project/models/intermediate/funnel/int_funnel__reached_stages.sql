with progress as (
    select * from {{ ref('int_funnel__deal_progress') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
    where is_ordinary and is_listed
),

deals as (
    select * from {{ ref('int_crm__deals') }}
    where not is_deleted
),

visited as (
    select
        account_id,
        deal_id,
        pipeline_id,
        stage_id,
        true as is_visited,
        bool_or(is_first_stay and goes_further) as is_advanced,
        bool_or(is_last_working_visit and is_deal_lost) as is_lost_here,
        bool_or(is_last_visit) as is_still_here,
        bool_or(is_first_stay and moves_on) as is_moved_on,
        bool_or(is_deal_closed) as is_deal_closed,
        min(entered_at) as entered_at,
        max(stay_seconds) filter (where is_first_stay) as stay_seconds
    from progress
    where not is_lost
    group by account_id, deal_id, pipeline_id, stage_id
),

-- whoever is further right has passed every stage before it, at the latest on entering the first
-- stage that lies beyond
imputed as (
    select
        progress.account_id,
        progress.deal_id,
        progress.pipeline_id,
        stages.stage_id,
        false as is_visited,
        true as is_advanced,
        false as is_lost_here,
        false as is_still_here,
        false as is_moved_on,
        bool_or(progress.is_deal_closed) as is_deal_closed,
        min(progress.entered_at) as entered_at,
        cast(null as bigint) as stay_seconds
    from progress
    inner join stages
        on
            progress.account_id = stages.account_id
            and progress.pipeline_id = stages.pipeline_id
            and progress.progress > stages.stage_order
    left join visited
        on
            progress.account_id = visited.account_id
            and progress.deal_id = visited.deal_id
            and progress.pipeline_id = visited.pipeline_id
            and stages.stage_id = visited.stage_id
    where visited.deal_id is null
    group by progress.account_id, progress.deal_id, progress.pipeline_id, stages.stage_id
),

-- stage zero is being created: its totals are those of the report of leads, and going further is
-- being taken into work
created as (
    select
        progress.account_id,
        progress.deal_id,
        progress.pipeline_id,
        cast(0 as bigint) as stage_id,
        true as is_visited,
        coalesce(progress.later_progress > 0 or progress.progress > 0, false) as is_advanced,
        progress.is_deal_lost
        and coalesce(progress.last_working_pipeline_id, progress.pipeline_id)
        = progress.pipeline_id as is_lost_here,
        not progress.is_deal_lost and progress.last_pipeline_id = progress.pipeline_id
            as is_still_here,
        progress.moves_on as is_moved_on,
        progress.is_deal_closed,
        deals.created_at as entered_at,
        cast(null as bigint) as stay_seconds
    from progress
    inner join deals using (account_id, deal_id)
    where progress.visit_number = 1
),

all_reached as (
    select * from visited
    union all
    select * from imputed
    union all
    select * from created
)

select * from all_reached
