with events as (
    select * from {{ ref('stg_amocrm__events') }}
    where entity_type = 'lead'
),

leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

-- stage and responsible changes are alike: each names where it starts and where it ends
name_nodes as (
    select
        account_id,
        entity_id as lead_id,
        event_id,
        case
            when event_type = 'lead_status_changed' then 'stage' else 'responsible'
        end as kind,
        case
            when event_type = 'lead_status_changed'
                then before_pipeline_id || ':' || before_status_id
            else cast(before_responsible_user_id as string)
        end as before_node,
        case
            when event_type = 'lead_status_changed'
                then after_pipeline_id || ':' || after_status_id
            else cast(after_responsible_user_id as string)
        end as after_node,
        before_pipeline_id,
        before_status_id,
        after_pipeline_id,
        after_status_id,
        before_responsible_user_id,
        after_responsible_user_id,
        created_by_user_id,
        created_at
    from events
    where event_type in ('lead_status_changed', 'entity_responsible_changed')
),

-- events of deals that were never loaded (purged, merged away) have nothing to describe; a change
-- from a stage to itself is an artefact of mass actions. A deal may have had nobody responsible
-- before, but it always stood in some stage
keep_real_changes as (
    select
        name_nodes.*,
        case
            when name_nodes.kind = 'stage' then leads.pipeline_id || ':' || leads.status_id
            else cast(leads.responsible_user_id as string)
        end as current_node
    from name_nodes
    inner join leads
        on
            name_nodes.account_id = leads.account_id
            and name_nodes.lead_id = leads.lead_id
    where
        name_nodes.before_node <> name_nodes.after_node
        or (
            name_nodes.kind = 'responsible'
            and name_nodes.before_node is null
            and name_nodes.after_node is not null
        )
)

select * from keep_real_changes
