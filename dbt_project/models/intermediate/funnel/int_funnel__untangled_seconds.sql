{% set second = 'account_id, deal_id, kind, created_at' %}

with recursive changes as (
    select * from {{ ref('int_funnel__deal_changes') }}
),

seconds as (
    select
        {{ second }},
        count(*) as change_count,
        min(before_node) as only_before,
        min(after_node) as only_after,
        min(current_node) as current_node
    from changes
    group by {{ second }}
),

-- what the chain must continue and lead to, where that is beyond doubt
frame_seconds as (
    select
        {{ second }},
        change_count,
        lag(case when change_count = 1 then only_after end) over deal as prior_node,
        case
            when lead(change_count) over deal is null then current_node
            when lead(change_count) over deal = 1 then lead(only_before) over deal
        end as next_node
    from seconds
    window deal as (partition by account_id, deal_id, kind order by created_at)
),

-- identical changes are interchangeable: each waits for its elder twin, or the walk would multiply
tangled_changes as (
    select
        changes.account_id,
        changes.deal_id,
        changes.kind,
        changes.created_at,
        changes.event_id,
        changes.before_node,
        changes.after_node,
        frame_seconds.prior_node,
        frame_seconds.next_node,
        lag(changes.event_id) over (
            partition by
                changes.account_id, changes.deal_id, changes.kind, changes.created_at,
                changes.before_node, changes.after_node
            order by changes.event_id
        ) as twin_id
    from changes
    inner join frame_seconds using (account_id, deal_id, kind, created_at)
    -- a click makes a few changes; beyond a dozen a second it is a robot's loop, left as listed
    where frame_seconds.change_count between 2 and 12
),

-- event ids within a second come in no order: follow "before" to "after" along every possible chain
walk as (
    select
        {{ second }},
        before_node as start_node,
        after_node as end_node,
        prior_node,
        next_node,
        {{ array_of('event_id') }} as path,
        1 as path_length
    from tangled_changes
    where twin_id is null

    union all

    select
        walk.account_id,
        walk.deal_id,
        walk.kind,
        walk.created_at,
        walk.start_node,
        tangled_changes.after_node as end_node,
        walk.prior_node,
        walk.next_node,
        array_append(walk.path, tangled_changes.event_id) as path,
        walk.path_length + 1 as path_length
    from walk
    inner join tangled_changes using (account_id, deal_id, kind, created_at)
    where
        walk.end_node = tangled_changes.before_node
        and not array_contains(walk.path, tangled_changes.event_id)
        and (
            tangled_changes.twin_id is null
            or array_contains(walk.path, tangled_changes.twin_id)
        )
),

pick_chain as (
    select * from walk
    qualify row_number() over (
        partition by {{ second }}
        order by
            path_length desc,
            coalesce(start_node = prior_node, false) desc,
            coalesce(end_node = next_node, false) desc,
            path
    ) = 1
),

list_changes as (
    select
        account_id,
        deal_id,
        path,
        {{ unnest('path') }} as event_id
    from pick_chain
)

select
    account_id,
    deal_id,
    event_id,
    array_position(path, event_id) as position_in_second
from list_changes
