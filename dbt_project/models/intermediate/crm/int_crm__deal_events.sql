with amocrm_events as (
    select * from {{ ref('stg_amocrm__events') }}
    where
        entity_type = 'lead'
        and event_type in (
            'lead_added',
            'lead_status_changed',
            'entity_responsible_changed',
            'lead_deleted',
            'lead_restored',
            'entity_merged'
        )
),

files_events as (
    select * from {{ ref('int_crm__files_events') }}
),

union_sources as (
    select
        -- ids
        account_id,
        event_id,
        entity_id as deal_id,
        before_pipeline_id,
        before_status_id as before_stage_id,
        -- amoCRM does not say in which stage a deal was created
        case when event_type <> 'lead_added' then after_pipeline_id end as after_pipeline_id,
        case when event_type <> 'lead_added' then after_status_id end as after_stage_id,
        before_responsible_user_id,
        after_responsible_user_id,
        created_by_user_id,
        -- strings
        case
            when event_type = 'lead_added' then 'created'
            when event_type = 'lead_status_changed' then 'stage'
            when event_type = 'entity_responsible_changed' then 'responsible'
            when event_type = 'lead_deleted' then 'deleted'
            when event_type = 'lead_restored' then 'restored'
            else 'merged'
        end as kind,
        -- booleans
        false as is_from_card,
        -- timestamps
        created_at
    from amocrm_events

    union all

    select
        account_id,
        event_id,
        deal_id,
        before_pipeline_id,
        before_stage_id,
        after_pipeline_id,
        after_stage_id,
        cast(null as bigint) as before_responsible_user_id,
        cast(null as bigint) as after_responsible_user_id,
        created_by_user_id,
        kind,
        is_from_card,
        created_at
    from files_events
)

select * from union_sources
