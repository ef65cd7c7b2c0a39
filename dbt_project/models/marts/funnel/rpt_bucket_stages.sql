{# The dearest deals of a stage: so few can be called one by one. #}
{% set dearest = 5 %}

with open_deals as (
    select * from {{ ref('int_funnel__open_deals') }}
),

judge_deals as (
    select
        *,
        coalesce(price, 0) as open_price,
        has_open_task and not has_future_task as is_overdue_only,
        not has_future_task as is_neglected,
        row_number() over (
            partition by account_id, pipeline_id, stage_id, currency
            order by price desc nulls last, deal_id asc
        ) as place_by_price
    from open_deals
),

sum_stages as (
    select
        account_id,
        pipeline_id,
        stage_id,
        pipeline_name,
        stage_name,
        stage_order,
        currency,
        count(*) as open_deals,
        count(*) filter (where not has_open_task) as without_task,
        count(*) filter (where is_overdue_only) as overdue_only,
        count(*) filter (where is_neglected) as neglected,
        sum(open_price) as open_price,
        coalesce(sum(open_price) filter (where is_neglected), 0) as neglected_price,
        sum(open_price) filter (where place_by_price <= {{ dearest }}) as dearest_price
    from judge_deals
    group by all
),

add_pipelines as (
    select
        *,
        sum(open_deals) over pipeline as pipeline_deals,
        sum(open_price) over pipeline as pipeline_price
    from sum_stages
    window pipeline as (partition by account_id, pipeline_id, currency)
),

-- where no card has a price, deals alone speak
score_stages as (
    select
        *,
        cast(neglected as double) / pipeline_deals as neglected_deal_part,
        cast(neglected_price as double) / nullif(pipeline_price, 0) as neglected_price_part
    from add_pipelines
),

rank_stages as (
    select
        *,
        round(
            50 * (neglected_deal_part + coalesce(neglected_price_part, neglected_deal_part)), 2
        ) as bucket_score
    from score_stages
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- strings
    pipeline_name,
    stage_name,
    -- numbers
    cast(
        rank() over (
            partition by account_id, pipeline_id, currency order by bucket_score desc
        ) as integer
    ) as bucket_rank,
    bucket_score,
    stage_order,
    open_deals,
    without_task,
    overdue_only,
    neglected,
    cast(neglected as double) / open_deals as neglected_share,
    cast(open_deals as double) / pipeline_deals as pipeline_deal_share,
    cast(open_price as double) / nullif(pipeline_price, 0) as pipeline_money_share,
    cast(neglected_price as double) / nullif(open_price, 0) as neglected_money_share,
    cast(dearest_price as double) / nullif(open_price, 0) as dearest_money_share,
    -- money
    {{ money('open_price') }} as open_price,
    {{ money('neglected_price') }} as neglected_price,
    currency
from rank_stages
