with events as (
    select * from {{ ref('int_crm__deal_events') }}
    where kind in ('stage', 'responsible')
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

-- stage and responsible changes are alike: each names where it starts and where it ends
name_nodes as (
    select
        account_id,
        deal_id,
        event_id,
        kind,
        case
            when kind = 'stage' then before_pipeline_id || ':' || before_stage_id
            else cast(before_responsible_user_id as string)
        end as before_node,
        case
            when kind = 'stage' then after_pipeline_id || ':' || after_stage_id
            else cast(after_responsible_user_id as string)
        end as after_node,
        before_pipeline_id,
        before_stage_id,
        after_pipeline_id,
        after_stage_id,
        before_responsible_user_id,
        after_responsible_user_id,
        created_by_user_id,
        is_from_card,
        created_at
    from events
),

-- events of deals that were never loaded (purged, merged away) have nothing to describe; a change
-- from a stage to itself is an artefact of mass actions. A deal may have had nobody responsible
-- before, but it always stood in some stage
keep_real_changes as (
    select
        name_nodes.*,
        case
            when name_nodes.kind = 'stage' then deals.pipeline_id || ':' || deals.stage_id
            else cast(deals.responsible_user_id as string)
        end as current_node
    from name_nodes
    inner join deals
        on
            name_nodes.account_id = deals.account_id
            and name_nodes.deal_id = deals.deal_id
    where
        name_nodes.before_node <> name_nodes.after_node
        or (
            name_nodes.kind = 'responsible'
            and name_nodes.before_node is null
            and name_nodes.after_node is not null
        )
)

select * from keep_real_changes
