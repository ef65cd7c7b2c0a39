{% set last_of_all = 1000000 %}

-- progress is what being in a stage proves, place what has to be exceeded to have gone further. Won
-- is further than any ordinary stage, unsorted before all of them; a stage deleted before the first
-- load has no known place, so that all it proves is that the deal was taken into work
with visits as (
    select
        account_id,
        deal_id,
        visit_number,
        pipeline_id,
        stage_id,
        order_number,
        responsible_user_id,
        stage_order,
        ordinary_up_to - case when is_counted then 1 else 0 end as ordinary_before,
        case
            when is_won then {{ last_of_all }}
            when is_ordinary and not counts_as_lost then coalesce(stage_order, 0)
        end as progress,
        case
            when is_won then {{ last_of_all }}
            when is_unsorted then -1
            else stage_order
        end as place,
        case when is_unbroken and left_at is not null then dwell_seconds end as stay_seconds,
        is_won,
        counts_as_lost as is_lost,
        not is_won and not counts_as_lost as is_working,
        is_counted,
        entered_at
    from {{ ref('int_funnel__described_visits') }}
    where not is_deleted
),

order_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        order_number,
        min(case when is_unsorted then -1 else stage_order end) as place
    from {{ ref('int_funnel__layout_stages') }}
    group by account_id, pipeline_id, stage_id, order_number
),

deal_ends as (
    select
        account_id,
        deal_id,
        max_by(pipeline_id, visit_number) as last_pipeline_id,
        max_by(stage_id, visit_number) as last_stage_id,
        max_by(pipeline_id, visit_number) filter (where is_working) as last_working_pipeline_id,
        max_by(stage_id, visit_number) filter (where is_working) as last_working_stage_id,
        max_by(is_lost, visit_number) as is_deal_lost,
        max_by(is_won or is_lost, visit_number) as is_deal_closed,
        bool_or(is_won) as is_ever_won,
        bool_or(not is_lost and place is null) as has_unplaced,
        coalesce(
            min(visit_number) filter (where is_lost) < max(visit_number) filter (where not is_lost),
            false
        ) as is_returned
    from visits
    group by account_id, deal_id
),

pipeline_ends as (
    select
        account_id,
        deal_id,
        pipeline_id,
        max(visit_number) filter (where not is_lost) as last_visit_number,
        max(progress) is not null as is_taken,
        min(order_number) <> max(order_number) as is_split
    from visits
    group by account_id, deal_id, pipeline_id
),

-- the last stay in any pipeline but this one, lost aside
compare_pipelines as (
    select
        *,
        case
            when row_number() over deal = 1 then lead(last_visit_number) over deal
            else first_value(last_visit_number) over deal
        end as last_elsewhere
    from pipeline_ends
    window deal as (
        partition by account_id, deal_id order by last_visit_number desc nulls last, pipeline_id asc
    )
),

-- what a deal reached is judged within one order of its pipeline's stages
look_around as (
    select
        *,
        max(progress) over (
            partition by account_id, deal_id, pipeline_id, order_number order by visit_number
            rows between 1 following and unbounded following
        ) as later_progress,
        max(progress) over (
            partition by account_id, deal_id, pipeline_id, order_number order by visit_number
            rows between unbounded preceding and 1 preceding
        ) as prior_progress
    from visits
),

split_orders as (
    select
        account_id,
        deal_id,
        pipeline_id,
        visits.order_number,
        max(visits.progress) as progress
    from visits
    inner join pipeline_ends using (account_id, deal_id, pipeline_id)
    where pipeline_ends.is_split
    group by account_id, deal_id, pipeline_id, visits.order_number
),

-- where stages were moved in a deal's lifetime, each later order is asked where the stage stands
further_later as (
    select distinct
        visits.account_id,
        visits.deal_id,
        visits.visit_number
    from visits
    inner join split_orders
        on
            visits.account_id = split_orders.account_id
            and visits.deal_id = split_orders.deal_id
            and visits.pipeline_id = split_orders.pipeline_id
            and visits.order_number < split_orders.order_number
    inner join order_stages
        on
            visits.account_id = order_stages.account_id
            and visits.pipeline_id = order_stages.pipeline_id
            and visits.stage_id = order_stages.stage_id
            and split_orders.order_number = order_stages.order_number
    where not visits.is_won and split_orders.progress > order_stages.place
),

-- from a stage without a known place, any other stage of any pipeline but lost is further
left_unplaced as (
    select
        visits.account_id,
        visits.deal_id,
        visits.visit_number,
        count(case when not visits.is_lost then 1 end) over later as later_anywhere,
        count(case when not visits.is_lost then 1 end) over later_in_stage as later_in_stage
    from visits
    inner join deal_ends using (account_id, deal_id)
    where deal_ends.has_unplaced
    window
        later as (
            partition by visits.account_id, visits.deal_id order by visits.visit_number
            rows between 1 following and unbounded following
        ),
        later_in_stage as (
            partition by visits.account_id, visits.deal_id, visits.pipeline_id, visits.stage_id
            order by visits.visit_number
            rows between 1 following and unbounded following
        )
),

-- lost from this very stay, and back at work or won later
reactivated as (
    select
        visits.account_id,
        visits.deal_id,
        visits.pipeline_id,
        visits.stage_id,
        visits.is_working,
        min(case when visits.is_lost then visits.visit_number end) over later as next_lost,
        min(case when visits.is_working then visits.visit_number end) over later as next_working,
        max(case when not visits.is_lost then visits.visit_number end) over later as last_not_lost
    from visits
    inner join deal_ends using (account_id, deal_id)
    where deal_ends.is_returned
    window later as (
        partition by visits.account_id, visits.deal_id order by visits.visit_number
        rows between 1 following and unbounded following
    )
),

reactivated_stages as (
    select distinct
        account_id,
        deal_id,
        pipeline_id,
        stage_id
    from reactivated
    where
        is_working
        and next_lost < last_not_lost
        and (next_working is null or next_lost < next_working)
)

select
    -- ids
    visits.account_id,
    visits.deal_id,
    visits.visit_number,
    visits.pipeline_id,
    visits.stage_id,
    visits.order_number,
    visits.responsible_user_id,
    -- numbers
    visits.stage_order,
    visits.ordinary_before,
    visits.place,
    visits.progress,
    visits.prior_progress,
    visits.stay_seconds,
    -- booleans: the stay
    visits.is_won,
    visits.is_lost,
    visits.is_counted,
    row_number() over (
        partition by visits.account_id, visits.deal_id, visits.pipeline_id, visits.stage_id
        order by visits.visit_number
    ) = 1 as is_first_stay,
    case
        when visits.place is null
            then coalesce(left_unplaced.later_anywhere > left_unplaced.later_in_stage, false)
        else
            coalesce(visits.later_progress > visits.place, false)
            or further_later.visit_number is not null
    end as goes_further,
    coalesce(compare_pipelines.last_elsewhere > visits.visit_number, false) as moves_on,
    -- booleans: the deal and the stage or pipeline
    reactivated_stages.stage_id is not null as is_reactivated,
    deal_ends.is_deal_lost
    and coalesce(
        deal_ends.last_working_pipeline_id = visits.pipeline_id
        and deal_ends.last_working_stage_id = visits.stage_id,
        false
    ) as is_lost_here,
    not deal_ends.is_deal_lost
    and deal_ends.last_pipeline_id = visits.pipeline_id
    and deal_ends.last_stage_id = visits.stage_id as is_still_here,
    deal_ends.is_deal_lost
    and coalesce(deal_ends.last_working_pipeline_id, visits.pipeline_id) = visits.pipeline_id
        as is_lost_from_pipeline,
    not deal_ends.is_deal_lost and deal_ends.last_pipeline_id = visits.pipeline_id
        as is_still_in_pipeline,
    compare_pipelines.is_taken,
    compare_pipelines.is_split,
    -- booleans: the deal
    deal_ends.is_deal_lost,
    deal_ends.is_deal_closed,
    deal_ends.is_ever_won,
    deal_ends.is_returned,
    -- timestamps
    visits.entered_at
from look_around as visits
inner join deal_ends
    on
        visits.account_id = deal_ends.account_id
        and visits.deal_id = deal_ends.deal_id
inner join compare_pipelines
    on
        visits.account_id = compare_pipelines.account_id
        and visits.deal_id = compare_pipelines.deal_id
        and visits.pipeline_id = compare_pipelines.pipeline_id
left join further_later
    on
        visits.account_id = further_later.account_id
        and visits.deal_id = further_later.deal_id
        and visits.visit_number = further_later.visit_number
left join left_unplaced
    on
        visits.account_id = left_unplaced.account_id
        and visits.deal_id = left_unplaced.deal_id
        and visits.visit_number = left_unplaced.visit_number
left join reactivated_stages
    on
        visits.account_id = reactivated_stages.account_id
        and visits.deal_id = reactivated_stages.deal_id
        and visits.pipeline_id = reactivated_stages.pipeline_id
        and visits.stage_id = reactivated_stages.stage_id
