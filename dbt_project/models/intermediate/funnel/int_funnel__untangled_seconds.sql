{% set second = 'account_id, deal_id, kind, created_at' %}

with recursive changes as (
    select * from {{ ref('int_funnel__deal_changes') }}
),

-- few deals ever change twice in a second: everything below concerns only these
tangled_seconds as (
    select
        {{ second }},
        count(*) as change_count
    from changes
    group by {{ second }}
    having count(*) > 1
),

tangled_deals as (
    select distinct
        account_id,
        deal_id,
        kind
    from tangled_seconds
),

their_seconds as (
    select
        account_id,
        deal_id,
        kind,
        changes.created_at,
        count(*) as change_count,
        min(changes.before_node) as only_before,
        min(changes.after_node) as only_after,
        min(changes.current_node) as current_node
    from changes
    inner join tangled_deals using (account_id, deal_id, kind)
    group by account_id, deal_id, kind, changes.created_at
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
    from their_seconds
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
        -- a click makes a few changes; beyond a dozen a second it is a robot's loop, left as listed
        frame_seconds.change_count <= 12 as is_walked,
        lag(changes.event_id) over (
            partition by
                changes.account_id, changes.deal_id, changes.kind, changes.created_at,
                changes.before_node, changes.after_node
            order by changes.event_id
        ) as twin_id
    from changes
    inner join frame_seconds using (account_id, deal_id, kind, created_at)
    where frame_seconds.change_count > 1
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
    where is_walked and twin_id is null

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
),

place_changes as (
    select
        tangled_changes.account_id,
        tangled_changes.deal_id,
        tangled_changes.event_id,
        array_position(list_changes.path, tangled_changes.event_id) as position_in_second,
        tangled_changes.is_walked,
        tangled_changes.twin_id
    from tangled_changes
    left join list_changes using (account_id, deal_id, event_id)
)

-- no chain takes it in, and another is just like it: the feed told of one change twice
select
    account_id,
    deal_id,
    event_id,
    position_in_second,
    is_walked and position_in_second is null and twin_id is not null as is_duplicate
from place_changes
