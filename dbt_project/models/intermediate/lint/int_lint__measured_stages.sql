with stages as (
    select * from {{ ref('int_funnel__stages') }}
    where is_ordinary and is_listed
),

archived_pipelines as (
    select
        account_id,
        pipeline_id
    from {{ ref('stg_amocrm__pipelines') }}
    where is_archived
),

pipeline_standards as (
    select
        account_id,
        pipeline_id,
        role as pipeline_role
    from {{ ref('int_funnel__pipeline_standards') }}
),

stage_standards as (
    select
        account_id,
        pipeline_id,
        stage_id,
        kind as standard,
        role as stage_role
    from {{ ref('int_funnel__stage_standards') }}
),

-- the first listing of an account says nothing of how old its stages are
added_stages as (
    select
        account_id,
        pipeline_id,
        status_id as stage_id,
        min(valid_from) as added_at,
        min(min(valid_from)) over (partition by account_id) as first_listed_at
    from {{ ref('stg_amocrm__status_history') }}
    group by account_id, pipeline_id, status_id
),

parsed_names as (
    select
        *,
        name as stage_name
    from {{ ref('int_lint__parsed_names') }}
),

flows as (
    select * from {{ ref('int_lint__stage_flows') }}
),

stays as (
    select * from {{ ref('int_lint__stage_stays') }}
),

open_deals as (
    select * from {{ ref('int_lint__open_deals') }}
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- strings
    stages.pipeline_name,
    stage_name,
    coalesce(pipeline_standards.pipeline_role, 'sales') as pipeline_role,
    stage_standards.stage_role,
    stage_standards.standard,
    parsed_names.action_words,
    parsed_names.reminder_words,
    -- numbers
    stages.stage_order,
    parsed_names.actions,
    stays.stays,
    stays.deals_entered,
    stays.deals_reached,
    coalesce(flows.origins, 0) as origins,
    flows.effective_origins,
    coalesce(flows.entries, 0) as entries,
    coalesce(flows.exits, 0) as exits,
    coalesce(flows.inner_forward_exits, 0) as inner_forward_exits,
    -- of all stays, so that a stage where deals are created is not taken for one they come back to
    flows.back_entries / nullif(cast(stays.stays as double), 0) as back_entry_share,
    flows.back_exits / nullif(cast(flows.exits as double), 0) as back_exit_share,
    flows.forward_exits / nullif(cast(flows.exits as double), 0) as forward_share,
    stays.median_seconds,
    stays.median_seconds / nullif(stays.pipeline_median_seconds, 0) as dwell_ratio,
    stays.worked_stays,
    stays.worked_p50_seconds,
    stays.worked_p90_seconds,
    stays.bimodality,
    coalesce(open_deals.deals, 0) as open_deals,
    coalesce(open_deals.untracked_deals, 0) as untracked_deals,
    -- booleans
    coalesce(parsed_names.has_action, false) as has_action,
    coalesce(parsed_names.has_situation, false) as has_situation,
    coalesce(parsed_names.is_reminder, false) as is_reminder,
    coalesce(parsed_names.is_default_stage, false) as is_default_stage,
    coalesce(
        added_stages.added_at > added_stages.first_listed_at
        and added_stages.added_at >= {{ as_of() }} - interval '{{ var("lint_days") }}' day,
        false
    ) as is_young
from stages
left join archived_pipelines using (account_id, pipeline_id)
left join pipeline_standards using (account_id, pipeline_id)
left join stage_standards using (account_id, pipeline_id, stage_id)
left join added_stages using (account_id, pipeline_id, stage_id)
left join flows using (account_id, pipeline_id, stage_id)
left join stays using (account_id, pipeline_id, stage_id)
left join open_deals using (account_id, pipeline_id, stage_id)
left join parsed_names using (stage_name)
where archived_pipelines.pipeline_id is null
