with statuses as (
    select * from {{ ref('stg_amocrm__statuses') }}
),

pipelines as (
    select * from {{ ref('stg_amocrm__pipelines') }}
),

mentioned as (
    select
        account_id,
        pipeline_id,
        status_id
    from {{ ref('int_funnel__chained_visits') }}

    union

    select
        account_id,
        pipeline_id,
        status_id
    from {{ ref('stg_amocrm__leads') }}
),

order_stages as (
    select
        *,
        cast(row_number() over pipeline as integer) as stage_order,
        -- deleted stages keep their place but are never "passed" or "jumped over"
        cast(count(case when is_ordinary and is_listed then 1 end) over pipeline as integer)
            as ordinary_up_to
    from statuses
    window pipeline as (
        partition by account_id, pipeline_id
        order by status_order, status_id
        rows between unbounded preceding and current row
    )
),

-- history remembers stages and pipelines that were deleted before the first load
add_unknown_stages as (
    select
        account_id,
        pipeline_id,
        status_id,
        coalesce(
            order_stages.status_name,
            case
                when status_id = 142 then 'Успешно реализовано'
                when status_id = 143 then 'Закрыто и не реализовано'
                else
                    {{ in_language('Этап ', 'Stage ') }}
                    || status_id
                    || {{ in_language(' (удалён)', ' (deleted)') }}
            end
        ) as stage_name,
        order_stages.stage_order,
        order_stages.ordinary_up_to,
        status_id = 142 as is_won,
        status_id = 143 as is_lost,
        coalesce(order_stages.is_unsorted, false) as is_unsorted,
        coalesce(order_stages.is_ordinary, status_id not in (142, 143)) as is_ordinary,
        coalesce(order_stages.is_listed, false) as is_listed
    from order_stages
    full outer join mentioned using (account_id, pipeline_id, status_id)
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
