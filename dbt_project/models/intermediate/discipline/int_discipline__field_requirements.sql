with requirements as (
    select distinct
        {{ name_key('pipeline') }} as pipeline_key,
        {{ name_key('stage') }} as stage_key,
        case
            -- those that every company has, whatever its custom ones are called
            when {{ name_key('field') }} in ('price', 'contact', 'phone', 'source', 'message')
                then {{ name_key('field') }}
            else trim(field)
        end as field_name
    from {{ ref('field_requirements') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

-- how a row may name a stage: any, by its name, by its id
name_stages as (
    select
        account_id,
        pipeline_id,
        stage_order,
        {{ name_key('stage_name') }} as stage_key,
        {{ name_key('pipeline_name') }} as pipeline_key
    from stages
    where stage_order is not null

    union

    select
        account_id,
        pipeline_id,
        stage_order,
        cast(stage_id as string) as stage_key,
        {{ name_key('pipeline_name') }} as pipeline_key
    from stages
    where stage_order is not null

    union

    -- any stage, also one whose place is not known
    select distinct
        account_id,
        pipeline_id,
        0 as stage_order,
        '*' as stage_key,
        {{ name_key('pipeline_name') }} as pipeline_key
    from stages
),

name_pipelines as (
    select
        account_id,
        pipeline_id,
        stage_order,
        stage_key,
        pipeline_key
    from name_stages

    union

    select
        account_id,
        pipeline_id,
        stage_order,
        stage_key,
        cast(pipeline_id as string) as pipeline_key
    from name_stages

    union

    select
        account_id,
        pipeline_id,
        stage_order,
        stage_key,
        '*' as pipeline_key
    from name_stages
)

select
    -- ids
    places.account_id,
    places.pipeline_id,
    -- strings
    requirements.field_name,
    {{ name_key('requirements.field_name') }} as field_key,
    -- numbers
    min(places.stage_order) as from_stage_order
from requirements
inner join name_pipelines as places
    on
        requirements.stage_key = places.stage_key
        and requirements.pipeline_key = places.pipeline_key
group by places.account_id, places.pipeline_id, requirements.field_name
