with leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

changes as (
    select * from {{ ref('int_funnel__ordered_changes') }}
    where kind = 'stage'
),

creations as (
    select
        account_id,
        entity_id as lead_id,
        min(created_at) as added_at
    from {{ ref('stg_amocrm__events') }}
    where event_type = 'lead_added' and entity_type = 'lead'
    group by account_id, entity_id
),

first_changes as (
    select * from changes
    where change_number = 1
),

last_changes as (
    select * from changes
    qualify row_number() over (partition by account_id, lead_id order by change_number desc) = 1
),

-- created_at can be written by an import; a day later than it, the feed's word for creation proves
-- that the stages before were never recorded
start_visits as (
    select
        leads.account_id,
        leads.lead_id,
        0 as step,
        coalesce(first_changes.before_pipeline_id, leads.pipeline_id) as pipeline_id,
        coalesce(first_changes.before_status_id, leads.status_id) as status_id,
        least(leads.created_at, coalesce(first_changes.created_at, leads.created_at)) as entered_at,
        leads.created_by_user_id as entered_by_user_id,
        case
            when leads.created_at > first_changes.created_at then 'created_after_event'
            when
                first_changes.event_id is null
                and (
                    creations.added_at is null
                    or creations.added_at > leads.created_at + interval '1' day
                    or (leads.status_id in (142, 143) and leads.closed_at > leads.created_at)
                )
                then 'no_events'
        end as repair
    from leads
    left join first_changes using (account_id, lead_id)
    left join creations using (account_id, lead_id)
),

moved_visits as (
    select
        account_id,
        lead_id,
        change_number as step,
        after_pipeline_id as pipeline_id,
        after_status_id as status_id,
        created_at as entered_at,
        created_by_user_id as entered_by_user_id,
        case
            when before_node <> lag(after_node) over deal then 'gap'
        end as repair
    from changes
    window deal as (partition by account_id, lead_id order by change_number)
),

-- the card stands elsewhere than its last event put it (a stage was deleted, the feed lags): it got
-- there no later than it was closed or last updated
unseen_visits as (
    select
        leads.account_id,
        leads.lead_id,
        last_changes.change_number + 1 as step,
        leads.pipeline_id,
        leads.status_id,
        case
            when leads.status_id in (142, 143) and leads.closed_at > last_changes.created_at
                then leads.closed_at
            else leads.updated_at
        end as entered_at,
        cast(null as bigint) as entered_by_user_id,
        'unseen_move' as repair
    from leads
    inner join last_changes using (account_id, lead_id)
    where
        last_changes.after_node <> last_changes.current_node
        and leads.updated_at > last_changes.created_at
),

all_visits as (
    select * from start_visits
    union all
    select * from moved_visits
    union all
    select * from unseen_visits
),

chain_visits as (
    select
        account_id,
        lead_id,
        cast(row_number() over deal as integer) as visit_number,
        pipeline_id,
        status_id,
        entered_by_user_id,
        repair,
        lead(repair) over deal as next_repair,
        entered_at,
        lead(entered_at) over deal as left_at
    from all_visits
    window deal as (partition by account_id, lead_id order by step)
)

select * from chain_visits
