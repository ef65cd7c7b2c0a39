with deals as (
    select * from {{ ref('int_crm__deals') }}
),

deal_milestones as (
    select * from {{ ref('int_funnel__deal_milestones') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

hand_overs as (
    select
        account_id,
        deal_id,
        change_number + 1 as interval_number,
        created_by_user_id as changed_by_user_id
    from {{ ref('int_funnel__ordered_changes') }}
    where kind = 'responsible'
),

-- hand-overs and moves in order of time. Of one second the move comes first: whoever had the deal
-- before that second made the stay end
moments as (
    select
        account_id,
        deal_id,
        starts_at as happened_at,
        1 as step,
        interval_number,
        cast(null as integer) as visit_number,
        cast(null as bigint) as moved_by_user_id,
        cast(null as bigint) as from_pipeline_id,
        cast(null as bigint) as from_stage_id
    from intervals

    union all

    select
        account_id,
        deal_id,
        entered_at as happened_at,
        0 as step,
        cast(null as integer) as interval_number,
        visit_number,
        entered_by_user_id as moved_by_user_id,
        from_pipeline_id,
        from_stage_id
    from visits
),

frame_moments as (
    select
        account_id,
        deal_id,
        step,
        moved_by_user_id,
        from_pipeline_id,
        from_stage_id,
        max(interval_number) over so_far as interval_number,
        max(visit_number) over so_far as visit_number,
        -- until the next moment of the deal: nothing is held for no time at all
        coalesce(lead(happened_at) over deal > happened_at, happened_at is not null) as lasts
    from moments
    window
        deal as (
            partition by account_id, deal_id
            order by happened_at asc nulls first, step asc, visit_number asc, interval_number asc
        ),
        so_far as (
            partition by account_id, deal_id
            order by happened_at asc nulls first, step asc, visit_number asc, interval_number asc
            rows between unbounded preceding and current row
        )
),

count_moves as (
    select
        frame_moments.account_id,
        frame_moments.deal_id,
        frame_moments.interval_number,
        sum(case when stages.is_ordinary then 1 else 0 end) as stays_finished,
        sum(
            case
                when frame_moments.moved_by_user_id = intervals.responsible_user_id then 1 else 0
            end
        ) as moves_made
    from frame_moments
    inner join intervals using (account_id, deal_id, interval_number)
    inner join stages
        on
            frame_moments.account_id = stages.account_id
            and frame_moments.from_pipeline_id = stages.pipeline_id
            and frame_moments.from_stage_id = stages.stage_id
    where frame_moments.step = 0
    group by
        frame_moments.account_id, frame_moments.deal_id, frame_moments.interval_number
),

held_stages as (
    select
        frame_moments.account_id,
        frame_moments.deal_id,
        frame_moments.interval_number,
        visits.pipeline_id,
        visits.stage_id,
        min(frame_moments.visit_number) as first_visit_number
    from frame_moments
    inner join visits using (account_id, deal_id, visit_number)
    where frame_moments.lasts
    group by all
),

list_stages as (
    select
        held_stages.account_id,
        held_stages.deal_id,
        held_stages.interval_number,
        {{ joined_text('stages.stage_name', ' → ', 'held_stages.first_visit_number') }} as stages
    from held_stages
    inner join stages using (account_id, pipeline_id, stage_id)
    group by held_stages.account_id, held_stages.deal_id, held_stages.interval_number
),

describe_intervals as (
    select
        intervals.account_id,
        intervals.deal_id,
        intervals.interval_number,
        intervals.responsible_user_id as user_id,
        hand_overs.changed_by_user_id,
        {{ user_label('users.user_name', 'intervals.responsible_user_id') }} as user_name,
        list_stages.stages,
        coalesce(count_moves.stays_finished, 0) as stays_finished,
        coalesce(count_moves.moves_made, 0) as moves_made,
        intervals.interval_number = 1 as is_originator,
        -- strictly before the win: who gets the deal in its very second has not won it
        coalesce(
            current_stages.is_won
            and (intervals.starts_at is null or intervals.starts_at < deal_milestones.closed_at)
            and (intervals.ends_at is null or intervals.ends_at >= deal_milestones.closed_at),
            false
        ) as is_closer,
        deals.is_deleted,
        deals.created_at,
        coalesce(deal_milestones.closed_at, {{ as_of() }}) as open_until,
        coalesce(
            intervals.starts_at,
            least(deals.created_at, coalesce(intervals.ends_at, deals.created_at))
        ) as starts_at,
        intervals.ends_at
    from intervals
    inner join deals using (account_id, deal_id)
    inner join deal_milestones using (account_id, deal_id)
    inner join stages as current_stages
        on
            deals.account_id = current_stages.account_id
            and deals.pipeline_id = current_stages.pipeline_id
            and deals.stage_id = current_stages.stage_id
    left join hand_overs using (account_id, deal_id, interval_number)
    left join count_moves using (account_id, deal_id, interval_number)
    left join list_stages using (account_id, deal_id, interval_number)
    left join users
        on
            intervals.account_id = users.account_id
            and intervals.responsible_user_id = users.user_id
),

measure_time as (
    select
        *,
        {{ seconds_between('starts_at', 'coalesce(ends_at, ' ~ as_of() ~ ')') }} as seconds,
        greatest(
            {{ seconds_between(
                'greatest(starts_at, created_at)',
                'least(coalesce(ends_at, open_until), open_until)'
            ) }},
            0
        ) as open_seconds
    from describe_intervals
)

select
    -- ids
    account_id,
    deal_id,
    interval_number,
    user_id,
    changed_by_user_id,
    -- strings
    user_name,
    stages,
    -- numbers
    cast(seconds as bigint) as seconds,
    cast(open_seconds as bigint) as open_seconds,
    cast(stays_finished as bigint) as stays_finished,
    cast(moves_made as bigint) as moves_made,
    -- booleans
    is_originator,
    is_closer,
    is_deleted,
    -- timestamps
    starts_at,
    ends_at
from measure_time
