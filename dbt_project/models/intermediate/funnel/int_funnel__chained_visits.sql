with deals as (
    select * from {{ ref('int_crm__deals') }}
),

changes as (
    select * from {{ ref('int_funnel__ordered_changes') }}
    where kind = 'stage'
),

-- some CRMs also say in which stage a deal was created
creations as (
    select
        account_id,
        deal_id,
        min(created_at) as added_at,
        min_by(after_pipeline_id, created_at) as pipeline_id,
        min_by(after_stage_id, created_at) as stage_id
    from {{ ref('int_crm__deal_events') }}
    where kind = 'created'
    group by account_id, deal_id
),

first_changes as (
    select * from changes
    where change_number = 1
),

last_numbers as (
    select
        account_id,
        deal_id,
        max(change_number) as change_number
    from changes
    group by account_id, deal_id
),

last_changes as (
    select changes.*
    from changes
    inner join last_numbers using (account_id, deal_id, change_number)
),

-- created_at can be written by an import; a day later than it, the feed's word for creation proves
-- that the stages before were never recorded
start_visits as (
    select
        deals.account_id,
        deals.deal_id,
        0 as step,
        coalesce(first_changes.before_pipeline_id, creations.pipeline_id, deals.pipeline_id)
            as pipeline_id,
        coalesce(first_changes.before_stage_id, creations.stage_id, deals.stage_id) as stage_id,
        least(
            deals.created_at,
            coalesce(first_changes.created_at, deals.created_at),
            case when creations.stage_id is null then deals.created_at else creations.added_at end
        ) as entered_at,
        deals.created_by_user_id as entered_by_user_id,
        cast(null as string) as before_node,
        cast(null as string) as after_node,
        case
            when deals.created_at > first_changes.created_at then 'created_after_event'
            -- minutes are all that some exports have
            when
                creations.stage_id is not null
                and deals.created_at > creations.added_at + interval '1' minute
                then 'created_after_event'
            when
                first_changes.event_id is null
                and (
                    creations.added_at is null
                    or creations.added_at > deals.created_at + interval '1' day
                    or (
                        deals.is_closed
                        and deals.closed_at > deals.created_at
                        and coalesce(creations.stage_id = deals.stage_id, true)
                    )
                )
                then 'no_events'
            when
                creations.stage_id is not null
                and creations.added_at > deals.created_at + interval '1' day
                then 'no_events'
            when creations.added_at is null and first_changes.is_from_card then 'no_events'
        end as repair,
        coalesce(creations.added_at > deals.created_at + interval '1' day, false) as is_backdated
    from deals
    left join first_changes using (account_id, deal_id)
    left join creations using (account_id, deal_id)
),

moved_visits as (
    select
        account_id,
        deal_id,
        change_number as step,
        after_pipeline_id as pipeline_id,
        after_stage_id as stage_id,
        created_at as entered_at,
        created_by_user_id as entered_by_user_id,
        before_node,
        after_node,
        cast(null as string) as repair,
        false as is_backdated
    from changes
),

-- the card stands elsewhere than its last event put it (a stage was deleted, the feed lags): it got
-- there no later than it was closed or last seen
unseen_visits as (
    select
        deals.account_id,
        deals.deal_id,
        coalesce(last_changes.change_number, 0) + 1 as step,
        deals.pipeline_id,
        deals.stage_id,
        case
            when
                deals.is_closed
                and deals.closed_at > coalesce(last_changes.created_at, creations.added_at)
                then deals.closed_at
            else deals.seen_at
        end as entered_at,
        cast(null as bigint) as entered_by_user_id,
        cast(null as string) as before_node,
        cast(null as string) as after_node,
        'unseen_move' as repair,
        false as is_backdated
    from deals
    left join last_changes using (account_id, deal_id)
    left join creations using (account_id, deal_id)
    where
        coalesce(last_changes.after_node, creations.pipeline_id || ':' || creations.stage_id)
        <> deals.pipeline_id || ':' || deals.stage_id
        and deals.seen_at > coalesce(last_changes.created_at, creations.added_at)
),

all_visits as (
    select * from start_visits
    union all
    select * from moved_visits
    union all
    select * from unseen_visits
),

-- a change that starts elsewhere than the one before it ended leaves a gap
chain_visits as (
    select
        account_id,
        deal_id,
        cast(row_number() over deal as integer) as visit_number,
        pipeline_id,
        stage_id,
        lag(pipeline_id) over deal as from_pipeline_id,
        lag(stage_id) over deal as from_stage_id,
        entered_by_user_id,
        case when before_node <> lag(after_node) over deal then 'gap' else repair end as repair,
        case
            when lead(before_node) over deal <> after_node then 'gap'
            else lead(repair) over deal
        end as next_repair,
        is_backdated,
        entered_at,
        lead(entered_at) over deal as left_at
    from all_visits
    window deal as (partition by account_id, deal_id order by step)
)

select * from chain_visits
