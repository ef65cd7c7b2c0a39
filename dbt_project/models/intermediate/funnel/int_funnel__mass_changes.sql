{% set burst = 'account_id, kind, actor_user_id, target_node' %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

responsible_changes as (
    select * from {{ ref('int_funnel__ordered_changes') }}
    where kind = 'responsible'
),

-- creating a deal changes nothing, and what nobody is known to have done is no one's burst
all_changes as (
    select
        account_id,
        deal_id,
        visit_number as change_number,
        entered_by_user_id as actor_user_id,
        pipeline_id as target_pipeline_id,
        stage_id as target_stage_id,
        cast(null as bigint) as target_user_id,
        'stage' as kind,
        pipeline_id || ':' || stage_id as target_node,
        from_pipeline_id || ':' || from_stage_id as origin_node,
        entered_at as changed_at
    from visits
    where visit_number > 1 and entered_by_user_id is not null

    union all

    select
        account_id,
        deal_id,
        change_number,
        created_by_user_id as actor_user_id,
        cast(null as bigint) as target_pipeline_id,
        cast(null as bigint) as target_stage_id,
        after_responsible_user_id as target_user_id,
        kind,
        after_node as target_node,
        before_node as origin_node,
        created_at as changed_at
    from responsible_changes
    where created_by_user_id is not null
),

measure_pauses as (
    select
        *,
        {{ seconds_between('lag(changed_at) over alike', 'changed_at') }} as pause_before,
        {{ seconds_between('changed_at', 'lead(changed_at) over alike') }} as pause_after
    from all_changes
    window alike as (partition by {{ burst }} order by changed_at)
),

-- almost every change has no neighbour at all: only the others are numbered and counted
find_neighbours as (
    select
        *,
        case
            when pause_before <= {{ var('mass_change_gap_seconds') }} then 0 else 1
        end as starts_burst
    from measure_pauses
    where
        pause_before <= {{ var('mass_change_gap_seconds') }}
        or pause_after <= {{ var('mass_change_gap_seconds') }}
),

number_bursts as (
    select
        *,
        sum(starts_burst) over (
            partition by {{ burst }}
            order by changed_at asc, starts_burst desc, deal_id asc, change_number asc
            rows between unbounded preceding and current row
        ) as burst_number
    from find_neighbours
),

-- a burst is named by what it did and when it began, so that its name outlives every rebuild
name_bursts as (
    select
        *,
        kind || ':' || actor_user_id || ':' || target_node || ':'
        || cast(min(changed_at) over (partition by {{ burst }}, burst_number) as string)
            as mass_change_id
    from number_bursts
),

-- a robot may change one deal a hundred times a second: deals are counted, not changes
large_bursts as (
    select
        account_id,
        mass_change_id
    from name_bursts
    group by account_id, mass_change_id
    having count(distinct deal_id) >= {{ var('mass_change_minimum_deals') }}
)

select
    -- ids
    account_id,
    mass_change_id,
    name_bursts.deal_id,
    name_bursts.change_number,
    name_bursts.actor_user_id,
    name_bursts.target_pipeline_id,
    name_bursts.target_stage_id,
    name_bursts.target_user_id,
    -- strings
    name_bursts.kind,
    name_bursts.origin_node,
    -- timestamps
    name_bursts.changed_at
from name_bursts
inner join large_bursts using (account_id, mass_change_id)
