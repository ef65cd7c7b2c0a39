with standards as (
    select
        lower(trim(pipeline)) as pipeline_key,
        nullif(trim(role), '') as role,
        reopen_window_days,
        nullif(trim(owner_group), '') as owner_group
    from {{ ref('pipeline_standards') }}
),

pipelines as (
    select distinct
        account_id,
        pipeline_id,
        pipeline_name
    from {{ ref('int_funnel__stages') }}
),

-- a standard may be written for a name that the pipeline has had since or before
pipeline_keys as (
    select
        account_id,
        pipeline_id,
        '*' as pipeline_key,
        0 as precision
    from pipelines

    union all

    select
        account_id,
        pipeline_id,
        lower(trim(pipeline_name)) as pipeline_key,
        2 as precision
    from pipelines

    union all

    select distinct
        account_id,
        pipeline_id,
        lower(trim(pipeline_name)) as pipeline_key,
        1 as precision
    from {{ ref('stg_amocrm__status_history') }}

    union all

    select
        account_id,
        pipeline_id,
        cast(pipeline_id as string) as pipeline_key,
        3 as precision
    from pipelines
),

-- an empty cell leaves what a less precise row says
pick_standards as (
    select
        pipeline_keys.account_id,
        pipeline_keys.pipeline_id,
        max_by(standards.role, pipeline_keys.precision) filter (where standards.role is not null)
            as role,
        max_by(standards.reopen_window_days, pipeline_keys.precision)
        filter (where standards.reopen_window_days is not null) as reopen_window_days,
        max_by(standards.owner_group, pipeline_keys.precision)
        filter (where standards.owner_group is not null) as owner_group
    from pipeline_keys
    inner join standards using (pipeline_key)
    group by pipeline_keys.account_id, pipeline_keys.pipeline_id
)

select
    pipelines.account_id,
    pipelines.pipeline_id,
    pipelines.pipeline_name,
    coalesce(pick_standards.role, 'sales') as role,
    cast(coalesce(pick_standards.reopen_window_days, 30) as integer) as reopen_window_days,
    pick_standards.owner_group
from pipelines
left join pick_standards using (account_id, pipeline_id)
