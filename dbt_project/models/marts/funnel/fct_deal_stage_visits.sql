with visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

describe_visits as (
    select
        visits.*,
        stages.stage_name,
        stages.stage_order,
        stages.ordinary_up_to,
        stages.is_ordinary and stages.is_listed as is_counted,
        stages.is_won,
        stages.is_lost,
        stages.is_order_derived,
        intervals.responsible_user_id
    from visits
    inner join stages using (account_id, pipeline_id, stage_id)
    inner join intervals
        on
            visits.account_id = intervals.account_id
            and visits.deal_id = intervals.deal_id
            and (intervals.starts_at is null or visits.entered_at >= intervals.starts_at)
            and (intervals.ends_at is null or visits.entered_at < intervals.ends_at)
),

compare_with_previous as (
    select
        *,
        lag(pipeline_id) over deal as from_pipeline_id,
        lag(stage_order) over deal as from_order,
        lag(ordinary_up_to) over deal as from_ordinary_up_to,
        lag(is_won or is_lost) over deal as is_from_terminal
    from describe_visits
    window deal as (partition by account_id, deal_id order by visit_number)
),

judge_direction as (
    select
        *,
        case
            when visit_number = 1 then null
            when pipeline_id <> from_pipeline_id then 'pipeline'
            when is_won or is_lost then 'forward'
            when is_from_terminal then 'back'
            when stage_order > from_order then 'forward'
            when stage_order < from_order then 'back'
        end as direction
    from compare_with_previous
),

finish as (
    select
        -- ids
        account_id,
        deal_id,
        visit_number,
        pipeline_id,
        stage_id,
        entered_by_user_id,
        responsible_user_id,
        -- strings
        stage_name,
        direction,
        repair,
        -- numbers
        stage_order,
        {{ seconds_between('entered_at', 'coalesce(left_at, ' ~ as_of() ~ ')') }} as seconds_to_now,
        case
            when direction = 'forward' and not is_lost and not is_from_terminal
                then coalesce(
                    greatest(
                        ordinary_up_to
                        - case when is_counted then 1 else 0 end
                        - from_ordinary_up_to,
                        0
                    ),
                    0
                )
            else 0
        end as skipped_stages,
        -- booleans
        left_at is null and not is_won and not is_lost as is_open,
        is_order_derived,
        -- timestamps
        entered_at,
        left_at
    from judge_direction
)

select
    account_id,
    deal_id,
    visit_number,
    pipeline_id,
    stage_id,
    entered_by_user_id,
    responsible_user_id,
    stage_name,
    direction,
    repair,
    stage_order,
    -- a terminal stage is not a stay; an open one has lasted until the data was cut
    case when left_at is not null or is_open then seconds_to_now end as dwell_seconds,
    skipped_stages,
    is_open,
    is_order_derived,
    entered_at,
    left_at
from finish
