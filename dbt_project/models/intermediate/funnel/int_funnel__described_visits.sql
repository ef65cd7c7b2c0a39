with visits as (
    select * from {{ ref('int_funnel__chained_visits') }}
),

-- bounds without NULLs: a join by plain comparisons is hashed, one with alternatives is not
layout_stages as (
    select
        *,
        coalesce(starts_at, timestamp '0001-01-01 00:00:00') as holds_from,
        coalesce(ends_at, timestamp '9999-12-31 00:00:00') as holds_until
    from {{ ref('int_funnel__layout_stages') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

deletions as (
    select
        account_id,
        deal_id,
        created_at
    from {{ ref('int_crm__deal_events') }}
    where kind = 'deleted'
),

interrupted_visits as (
    select distinct
        visits.account_id,
        visits.deal_id,
        visits.visit_number
    from visits
    inner join deletions
        on
            visits.account_id = deletions.account_id
            and visits.deal_id = deletions.deal_id
            and visits.entered_at <= deletions.created_at
            and (visits.left_at is null or visits.left_at > deletions.created_at)
),

-- how often a deal was handed over up to and including the second of the move: a running count, for
-- a robot may move one deal thousands of times
mix_moments as (
    select
        account_id,
        deal_id,
        visit_number,
        pipeline_id,
        stage_id,
        from_pipeline_id,
        from_stage_id,
        entered_by_user_id,
        repair,
        next_repair,
        is_backdated,
        entered_at,
        left_at,
        0 as hand_overs
    from visits

    union all

    select
        account_id,
        deal_id,
        {% for kind in ['integer'] + ['bigint'] * 5 + ['string'] * 2 + ['boolean'] -%}
            cast(null as {{ kind }}),
        {% endfor -%}
        starts_at as entered_at,
        cast(null as timestamp) as left_at,
        1 as hand_overs
    from intervals
    where starts_at is not null
),

count_hand_overs as (
    select
        *,
        cast(1 + sum(hand_overs) over (
            partition by account_id, deal_id order by entered_at
        ) as integer) as interval_number
    from mix_moments
),

held_visits as (
    select * from count_hand_overs
    where visit_number is not null
),

-- names, order and direction are those of the time: later changes of the pipeline restate nothing
describe_visits as (
    select
        visits.*,
        entered.layout_number,
        entered.order_number,
        entered.pipeline_name,
        entered.stage_name,
        entered.stage_name_now,
        entered.stage_order,
        entered.ordinary_up_to,
        entered.is_ordinary,
        entered.is_listed,
        entered.is_unsorted,
        entered.is_won,
        entered.is_lost,
        entered.is_counted,
        entered.counts_as_lost,
        entered.is_order_derived,
        from_stages.stage_order as from_order,
        from_stages.ordinary_up_to as from_ordinary_up_to,
        from_stages.is_lost as is_from_lost,
        from_stages.is_won or from_stages.is_lost as is_from_terminal,
        deals.is_deleted,
        intervals.responsible_user_id,
        interrupted_visits.visit_number is not null as is_interrupted
    from held_visits as visits
    inner join layout_stages as entered
        on
            visits.account_id = entered.account_id
            and visits.pipeline_id = entered.pipeline_id
            and visits.stage_id = entered.stage_id
            and visits.entered_at >= entered.holds_from
            and visits.entered_at < entered.holds_until
    inner join deals
        on
            visits.account_id = deals.account_id
            and visits.deal_id = deals.deal_id
    inner join intervals
        on
            visits.account_id = intervals.account_id
            and visits.deal_id = intervals.deal_id
            and visits.interval_number = intervals.interval_number
    left join layout_stages as from_stages
        on
            visits.account_id = from_stages.account_id
            and visits.from_pipeline_id = from_stages.pipeline_id
            and visits.from_stage_id = from_stages.stage_id
            and visits.entered_at >= from_stages.holds_from
            and visits.entered_at < from_stages.holds_until
    left join interrupted_visits
        on
            visits.account_id = interrupted_visits.account_id
            and visits.deal_id = interrupted_visits.deal_id
            and visits.visit_number = interrupted_visits.visit_number
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
    from describe_visits
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
    layout_number,
    order_number,
    -- strings
    pipeline_name,
    stage_name,
    stage_name_now,
    direction,
    repair,
    -- numbers
    stage_order,
    ordinary_up_to,
    case
        when direction = 'forward' and not counts_as_lost and not is_from_terminal
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
    is_counted,
    counts_as_lost,
    is_order_derived,
    is_open,
    coalesce(
        is_from_terminal
        and not (is_won or is_lost)
        and (is_from_lost or pipeline_id = from_pipeline_id),
        false
    ) as is_reopened,
    is_deleted,
    is_interrupted,
    is_backdated,
    repair is null and next_repair is null as is_unbroken,
    -- timestamps
    entered_at,
    left_at
from judge_direction
