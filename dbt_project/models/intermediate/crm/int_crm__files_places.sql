with deals as (
    select * from {{ ref('stg_files__deals') }}
),

listed_pipelines as (
    select * from {{ ref('stg_files__pipelines') }}
),

last_steps as (
    select * from {{ ref('int_crm__files_steps') }}
    where is_last
),

only_pipeline as (
    select
        coalesce(
            case when count(distinct pipeline_id) = 1 then min(pipeline_name) end,
            {{ in_language('Сделки', 'Deals') }}
        ) as pipeline_name
    from listed_pipelines
),

-- a card that names no stage stands where its history ends
name_places as (
    select
        deals.account_id,
        deals.deal_id,
        deals.status,
        deals.created_at,
        case
            when deals.stage_name is null and last_steps.step is not null
                then last_steps.pipeline_name
            else coalesce(
                deals.pipeline_name, last_steps.pipeline_name, only_pipeline.pipeline_name
            )
        end as pipeline_name,
        coalesce(deals.stage_name, last_steps.stage_name) as stage_name
    from deals
    cross join only_pipeline
    left join last_steps
        on
            deals.account_id = last_steps.account_id
            and deals.deal_id = last_steps.deal_id
),

add_ids as (
    select
        *,
        {{ id_of_name('pipeline_name') }} as pipeline_id,
        {{ id_of_stage('pipeline_name', 'stage_name') }} as stage_id
    from name_places
)

select * from add_ids
