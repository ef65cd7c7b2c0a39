with standards as (
    select
        lower(trim(pipeline)) as pipeline_key,
        lower(trim(stage)) as stage_key,
        nullif(trim(kind), '') as kind,
        limit_hours,
        nullif(trim(clock), '') as clock,
        nullif(trim(role), '') as role
    from {{ ref('stage_standards') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

past_names as (
    select distinct
        account_id,
        pipeline_id,
        status_id as stage_id,
        lower(trim(status_name)) as stage_key
    from {{ ref('stg_amocrm__status_history') }}
),

-- how exactly a standard may name the stage: any, by a name it once had, by its name, by its id
stage_keys as (
    select
        account_id,
        pipeline_id,
        stage_id,
        '*' as stage_key,
        0 as stage_precision
    from stages
    where not (is_won or is_lost)

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        stage_key,
        1 as stage_precision
    from past_names

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        lower(trim(stage_name)) as stage_key,
        2 as stage_precision
    from stages

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        cast(stage_id as string) as stage_key,
        3 as stage_precision
    from stages
),

pipeline_keys as (
    select distinct
        account_id,
        pipeline_id,
        '*' as pipeline_key,
        0 as pipeline_precision
    from stages

    union all

    select distinct
        account_id,
        pipeline_id,
        lower(trim(pipeline_name)) as pipeline_key,
        1 as pipeline_precision
    from stages

    union all

    select distinct
        account_id,
        pipeline_id,
        cast(pipeline_id as string) as pipeline_key,
        2 as pipeline_precision
    from stages
),

pick_standards as (
    select
        stage_keys.account_id,
        stage_keys.pipeline_id,
        stage_keys.stage_id,
        standards.kind,
        standards.limit_hours,
        standards.clock,
        standards.role
    from stage_keys
    inner join pipeline_keys
        on
            stage_keys.account_id = pipeline_keys.account_id
            and stage_keys.pipeline_id = pipeline_keys.pipeline_id
    inner join standards
        on
            stage_keys.stage_key = standards.stage_key
            and pipeline_keys.pipeline_key = standards.pipeline_key
    qualify row_number() over (
        partition by stage_keys.account_id, stage_keys.pipeline_id, stage_keys.stage_id
        order by
            stage_keys.stage_precision desc,
            pipeline_keys.pipeline_precision desc,
            standards.stage_key asc
    ) = 1
)

select
    stages.account_id,
    stages.pipeline_id,
    stages.stage_id,
    pick_standards.kind,
    -- a stage without a term has none, whatever its row says
    case
        when pick_standards.kind = 'fixed'
            then cast(round(pick_standards.limit_hours * 3600) as bigint)
    end as limit_seconds,
    coalesce(pick_standards.clock, 'calendar') as clock,
    pick_standards.role
from stages
left join pick_standards using (account_id, pipeline_id, stage_id)
