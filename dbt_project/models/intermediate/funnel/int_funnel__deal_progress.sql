with live_deals as (
    select
        account_id,
        deal_id
    from {{ ref('int_crm__deals') }}
    where not is_deleted
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

-- progress is what being in a stage proves, place what has to be exceeded to have gone further. Won
-- is further than any ordinary stage, unsorted before all of them; a stage deleted before the first
-- load has no known place
visits as (
    select
        chained_visits.account_id,
        chained_visits.deal_id,
        chained_visits.visit_number,
        chained_visits.pipeline_id,
        chained_visits.stage_id,
        chained_visits.entered_at,
        stages.is_won,
        stages.is_lost,
        case
            when stages.is_won then 1000000
            when stages.is_ordinary then coalesce(stages.stage_order, 1)
        end as progress,
        case
            when stages.is_won then 1000000
            when stages.is_unsorted then 0
            else stages.stage_order
        end as place,
        case
            when chained_visits.repair is null and chained_visits.next_repair is null
                then {{ seconds_between('chained_visits.entered_at', 'chained_visits.left_at') }}
        end as stay_seconds
    from {{ ref('int_funnel__chained_visits') }} as chained_visits
    inner join live_deals using (account_id, deal_id)
    inner join stages using (account_id, pipeline_id, stage_id)
),

deal_ends as (
    select
        account_id,
        deal_id,
        max(visit_number) as last_visit_number,
        max(visit_number) filter (where not (is_won or is_lost)) as last_working_visit_number,
        max_by(pipeline_id, visit_number) as last_pipeline_id,
        max_by(pipeline_id, visit_number) filter (where not (is_won or is_lost))
            as last_working_pipeline_id,
        max_by(is_lost, visit_number) as is_deal_lost,
        max_by(is_won or is_lost, visit_number) as is_deal_closed
    from visits
    group by account_id, deal_id
),

count_what_follows as (
    select
        *,
        row_number() over (
            partition by account_id, deal_id, pipeline_id, stage_id order by visit_number
        ) = 1 as is_first_stay,
        max(progress) over later_in_pipeline as later_progress,
        count(case when not is_lost then 1 end) over later as later_anywhere,
        count(case when not is_lost then 1 end) over later_in_pipeline as later_in_pipeline,
        count(case when not is_lost then 1 end) over later_in_stage as later_in_stage
    from visits
    window
        later as (
            partition by account_id, deal_id order by visit_number
            rows between 1 following and unbounded following
        ),
        later_in_pipeline as (
            partition by account_id, deal_id, pipeline_id order by visit_number
            rows between 1 following and unbounded following
        ),
        later_in_stage as (
            partition by account_id, deal_id, pipeline_id, stage_id order by visit_number
            rows between 1 following and unbounded following
        )
),

describe_visits as (
    select
        later.*,
        -- without a known place, any other stage but lost is further
        case
            when later.place is null
                then later.later_anywhere > later.later_in_stage
            else coalesce(later.later_progress > later.place, false)
        end as goes_further,
        later.later_anywhere > later.later_in_pipeline as moves_on,
        deal_ends.is_deal_lost,
        deal_ends.is_deal_closed,
        deal_ends.last_pipeline_id,
        deal_ends.last_working_pipeline_id,
        later.visit_number = deal_ends.last_visit_number as is_last_visit,
        coalesce(later.visit_number = deal_ends.last_working_visit_number, false)
            as is_last_working_visit
    from count_what_follows as later
    inner join deal_ends using (account_id, deal_id)
)

select * from describe_visits
