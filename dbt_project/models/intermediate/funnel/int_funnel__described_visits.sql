with visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

describe_visits as (
    select
        visits.*,
        stages.pipeline_name,
        stages.stage_name,
        stages.stage_order,
        stages.ordinary_up_to,
        stages.is_ordinary,
        stages.is_listed,
        stages.is_unsorted,
        stages.is_won,
        stages.is_lost,
        stages.is_order_derived,
        deals.is_deleted,
        intervals.responsible_user_id
    from visits
    inner join stages using (account_id, pipeline_id, stage_id)
    inner join deals using (account_id, deal_id)
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
        lag(stage_id) over deal as from_stage_id,
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
        end as direction,
        left_at is null and not is_won and not is_lost as is_open,
        {{ seconds_between('entered_at', 'coalesce(left_at, ' ~ as_of() ~ ')') }} as seconds_to_now
    from compare_with_previous
)

select
    -- ids
    account_id,
    deal_id,
    visit_number,
    pipeline_id,
    stage_id,
    from_pipeline_id,
    from_stage_id,
    entered_by_user_id,
    responsible_user_id,
    -- strings
    pipeline_name,
    stage_name,
    direction,
    repair,
    -- numbers
    stage_order,
    case
        when direction = 'forward' and not is_lost and not is_from_terminal
            then coalesce(
                greatest(
                    ordinary_up_to
                    - case when is_ordinary and is_listed then 1 else 0 end
                    - from_ordinary_up_to,
                    0
                ),
                0
            )
        else 0
    end as skipped_stages,
    -- a terminal stage is not a stay; an open one has lasted until the data was cut
    case when left_at is not null or is_open then seconds_to_now end as dwell_seconds,
    -- booleans
    is_ordinary,
    is_listed,
    is_unsorted,
    is_won,
    is_lost,
    is_order_derived,
    is_open,
    is_deleted,
    repair is null and next_repair is null as is_unbroken,
    -- timestamps
    entered_at,
    left_at
from judge_direction
