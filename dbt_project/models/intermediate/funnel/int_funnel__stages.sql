with stages as (
    select * from {{ ref('int_crm__stages') }}
),

pipelines as (
    select * from {{ ref('int_crm__pipelines') }}
),

mentioned as (
    select
        account_id,
        pipeline_id,
        stage_id
    from {{ ref('int_funnel__chained_visits') }}

    union

    select
        account_id,
        pipeline_id,
        stage_id
    from {{ ref('int_crm__deals') }}
),

order_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        cast(row_number() over pipeline as integer) as stage_order,
        -- deleted stages keep their place but are never "passed" or "jumped over"
        cast(count(case when is_ordinary and is_listed then 1 end) over pipeline as integer)
            as ordinary_up_to
    from stages
    where has_place
    window pipeline as (
        partition by account_id, pipeline_id
        order by sort, stage_id
        rows between unbounded preceding and current row
    )
),

-- history remembers stages and pipelines that were deleted before the first load
add_unknown_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        coalesce(
            stages.stage_name,
            {{ in_language('Этап ', 'Stage ') }}
            || stage_id
            || {{ in_language(' (удалён)', ' (deleted)') }}
        ) as stage_name,
        order_stages.stage_order,
        order_stages.ordinary_up_to,
        coalesce(stages.is_won, false) as is_won,
        coalesce(stages.is_lost, false) as is_lost,
        coalesce(stages.is_unsorted, false) as is_unsorted,
        coalesce(stages.is_ordinary, true) as is_ordinary,
        coalesce(stages.is_listed, false) as is_listed,
        coalesce(stages.is_order_derived, false) as is_order_derived
    from stages
    full outer join mentioned using (account_id, pipeline_id, stage_id)
    left join order_stages using (account_id, pipeline_id, stage_id)
    -- a closing that only events of unknown deals mention is no stage of anything
    where stages.is_listed or stages.has_place or mentioned.stage_id is not null
),

add_pipeline_names as (
    select
        add_unknown_stages.*,
        coalesce(
            pipelines.pipeline_name,
            {{ in_language('Воронка ', 'Pipeline ') }} || add_unknown_stages.pipeline_id
            || {{ in_language(' (удалена)', ' (deleted)') }}
        ) as pipeline_name
    from add_unknown_stages
    left join pipelines using (account_id, pipeline_id)
)

select * from add_pipeline_names
