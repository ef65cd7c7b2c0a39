with deals as (
    select * from {{ ref('stg_files__deals') }}
),

stage_events as (
    select * from {{ ref('stg_files__stage_events') }}
),

listed_pipelines as (
    select * from {{ ref('stg_files__pipelines') }}
),

-- a company with one pipeline need not name it anywhere else
only_pipeline as (
    select
        coalesce(
            case when count(distinct pipeline_id) = 1 then min(pipeline_name) end,
            {{ in_language('Сделки', 'Deals') }}
        ) as pipeline_name
    from listed_pipelines
),

-- exports often begin with the newest row: rows of one moment then stand in reverse
judge_files as (
    select
        file_sha256,
        min_by(entered_at, row_number) > max_by(entered_at, row_number) as is_newest_first
    from stage_events
    group by file_sha256
),

name_pipelines as (
    select
        stage_events.account_id,
        stage_events.deal_id,
        stage_events.event_key,
        coalesce(
            stage_events.pipeline_name, deals.pipeline_name, only_pipeline.pipeline_name
        ) as pipeline_name,
        stage_events.stage_name,
        stage_events.changed_by_user_id,
        stage_events.entered_at,
        row_number() over (
            partition by stage_events.account_id, stage_events.deal_id
            order by
                stage_events.entered_at,
                stage_events.row_order - stage_events.row_number,
                case
                    when judge_files.is_newest_first then -stage_events.row_number
                    else stage_events.row_number
                end
        ) as step
    from stage_events
    inner join judge_files using (file_sha256)
    inner join deals
        on
            stage_events.account_id = deals.account_id
            and stage_events.deal_id = deals.deal_id
    cross join only_pipeline
),

add_ids as (
    select
        *,
        {{ id_of_name('pipeline_name') }} as pipeline_id,
        {{ id_of_stage('pipeline_name', 'stage_name') }} as stage_id,
        lead(step) over (partition by account_id, deal_id order by step) is null as is_last
    from name_pipelines
)

select * from add_ids
