with mass_changes as (
    select
        *,
        started_at > {{ as_of() }} - interval '{{ var("quality_recent_days") }}' day as is_recent
    from {{ ref('fct_mass_changes') }}
    where actor_user_id > 0 and live_deals > 0
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
)

select
    -- ids
    mass_changes.account_id,
    mass_changes.mass_change_id,
    {{ frame_columns({
        'pipeline_id': 'mass_changes.target_pipeline_id',
        'stage_id': 'mass_changes.target_stage_id',
        'responsible_user_id': 'mass_changes.actor_user_id',
        'responsible_then_user_id': 'mass_changes.actor_user_id',
        'pipeline_name': 'stages.pipeline_name',
        'stage_name': 'stages.stage_name',
        'responsible_name': 'mass_changes.actor_name',
        'entity_name':
            "mass_changes.actor_name || ' → ' || mass_changes.target_name || ' × ' || mass_changes.deals",
        'currency': 'mass_changes.currency',
        'money_at_stake': 'mass_changes.price',
    }) }},
    mass_changes.kind,
    mass_changes.origin_stage_names,
    -- numbers
    mass_changes.deals,
    mass_changes.live_deals,
    -- booleans
    mass_changes.is_recent,
    mass_changes.is_recent and mass_changes.kind = 'stage' as is_mass_change,
    mass_changes.is_recent and mass_changes.kind = 'stage' and mass_changes.is_mixed as is_mixed,
    -- timestamps
    mass_changes.started_at
from mass_changes
left join stages
    on
        mass_changes.account_id = stages.account_id
        and mass_changes.target_pipeline_id = stages.pipeline_id
        and mass_changes.target_stage_id = stages.stage_id
