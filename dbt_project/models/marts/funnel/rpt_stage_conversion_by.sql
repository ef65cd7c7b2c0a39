with cohorts as (
    select * from {{ ref('int_funnel__cohort_counts') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

pipelines as (
    select
        account_id,
        pipeline_id,
        min(pipeline_name) as pipeline_name,
        bool_or(is_order_derived) as is_order_derived
    from stages
    group by account_id, pipeline_id
),

users as (
    select
        *,
        cast(user_id as string) as breakdown_value
    from {{ ref('int_crm__users') }}
)

select
    -- ids; pipeline 0 is all pipelines, stage 0 is creation
    cohorts.account_id,
    cohorts.pipeline_id,
    cohorts.stage_id,
    -- strings
    cohorts.view,
    cohorts.period_kind,
    cohorts.breakdown,
    cohorts.breakdown_value,
    case
        when cohorts.breakdown = 'manager' and cohorts.breakdown_value not in ('0', '__none__')
            then coalesce(
                users.user_name,
                {{ in_language('Сотрудник ', 'User ') }} || cohorts.breakdown_value
                || {{ in_language(' (удалён)', ' (deleted)') }}
            )
        else cohorts.breakdown_value
    end as breakdown_name,
    case
        when cohorts.pipeline_id = 0 then '__all__' else pipelines.pipeline_name
    end as pipeline_name,
    case
        when cohorts.stage_id = 0 then '__all__'
        when cohorts.pipeline_id = 0 then '__won__'
        else stages.stage_name
    end as stage_name,
    -- numbers
    case
        when cohorts.stage_id = 0 then 0
        when cohorts.pipeline_id = 0 then 1
        else stages.stage_order
    end as stage_order,
    cohorts.entered,
    cohorts.advanced,
    cohorts.lost_here,
    cohorts.still_here,
    cohorts.moved_on,
    cohorts.left_otherwise,
    cohorts.lost_after_advancing,
    cohorts.here_after_advancing,
    cohorts.reactivated,
    -- nothing lies beyond a win
    case
        when cohorts.pipeline_id = 0 and cohorts.stage_id <> 0 then null
        when not coalesce(stages.is_won, false)
            then cast(cohorts.advanced as double) / nullif(cohorts.entered, 0)
    end as conversion,
    cast(cohorts.imputed_entered - cohorts.visited_entered as double) / cohorts.imputed_entered
        as skip_share,
    cast(cohorts.resolved as double) / nullif(cohorts.entered, 0) as resolved_share,
    cast(cohorts.median_seconds as double) / 86400 as median_days_to_next,
    -- booleans
    coalesce(pipelines.is_order_derived, false) as is_order_derived,
    -- days
    cohorts.period_start
from cohorts
left join pipelines using (account_id, pipeline_id)
left join stages using (account_id, pipeline_id, stage_id)
left join users
    on
        cohorts.account_id = users.account_id
        and cohorts.breakdown = 'manager'
        and cohorts.breakdown_value = users.breakdown_value
