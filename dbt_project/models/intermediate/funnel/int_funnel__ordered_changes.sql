with changes as (
    select * from {{ ref('int_funnel__deal_changes') }}
),

untangled_seconds as (
    select * from {{ ref('int_funnel__untangled_seconds') }}
),

-- what no chain could place comes last in its second, in an order that does not change; what was
-- told twice happened once
number_changes as (
    select
        changes.account_id,
        changes.deal_id,
        changes.event_id,
        changes.kind,
        changes.before_node,
        changes.after_node,
        changes.current_node,
        changes.before_pipeline_id,
        changes.before_stage_id,
        changes.after_pipeline_id,
        changes.after_stage_id,
        changes.before_responsible_user_id,
        changes.after_responsible_user_id,
        changes.created_by_user_id,
        changes.is_from_card,
        changes.created_at,
        row_number() over (
            partition by changes.account_id, changes.deal_id, changes.kind
            order by
                changes.created_at,
                coalesce(untangled_seconds.position_in_second, 1000),
                changes.event_id
        ) as change_number
    from changes
    left join untangled_seconds using (account_id, deal_id, event_id)
    where not coalesce(untangled_seconds.is_duplicate, false)
)

select * from number_changes
