with amocrm_pipelines as (
    select * from {{ ref('stg_amocrm__pipelines') }}
),

files_stages as (
    select * from {{ ref('int_crm__files_stages') }}
),

union_sources as (
    select
        account_id,
        pipeline_id,
        pipeline_name
    from amocrm_pipelines

    union all

    select distinct
        account_id,
        pipeline_id,
        pipeline_name
    from files_stages
)

select * from union_sources
