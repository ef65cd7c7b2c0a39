with stages as (
    select * from {{ ref('int_funnel__stages') }}
    where is_listed and not is_won and not is_lost
),

stage_standards as (
    select * from {{ ref('int_funnel__stage_standards') }}
    where coalesce(role, '') <> 'lost'
),

pipeline_standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
    where role <> 'graveyard'
),

stays as (
    select * from {{ ref('fct_stage_sla') }}
    where not is_deleted
),

open_deals as (
    select * from {{ ref('int_funnel__open_deals') }}
),

sum_stays as (
    select
        account_id,
        pipeline_id,
        stage_id,
        count(*) as stays,
        count(*) filter (where is_unbroken and is_breach) as breaches,
        count(*) filter (where is_unbroken and is_open and is_breach) as open_breaches,
        count(*) filter (where is_unbroken and is_warning) as warnings
    from stays
    group by account_id, pipeline_id, stage_id
),

sum_deals as (
    select
        account_id,
        pipeline_id,
        stage_id,
        count(*) as open_deals
    from open_deals
    group by account_id, pipeline_id, stage_id
),

join_counts as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        stages.pipeline_name,
        stages.stage_name,
        stages.stage_order,
        stage_standards.kind,
        stage_standards.clock,
        stage_standards.limit_seconds,
        stage_standards.kind is not null as has_standard,
        coalesce(sum_deals.open_deals, 0) as open_deals,
        case when stage_standards.kind = 'fixed' then coalesce(sum_stays.stays, 0) end as stays,
        case when stage_standards.kind = 'fixed' then coalesce(sum_stays.breaches, 0) end
            as breaches,
        case when stage_standards.kind = 'fixed' then coalesce(sum_stays.open_breaches, 0) end
            as open_breaches,
        case when stage_standards.kind = 'fixed' then coalesce(sum_stays.warnings, 0) end
            as warnings
    from stages
    inner join stage_standards using (account_id, pipeline_id, stage_id)
    inner join pipeline_standards using (account_id, pipeline_id)
    left join sum_stays using (account_id, pipeline_id, stage_id)
    left join sum_deals using (account_id, pipeline_id, stage_id)
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- strings
    pipeline_name,
    stage_name,
    kind,
    clock,
    -- numbers
    stage_order,
    limit_seconds,
    open_deals,
    stays,
    breaches,
    open_breaches,
    warnings,
    avg(case when has_standard then 1.0 else 0.0 end) over pipeline as pipeline_coverage,
    cast(sum(case when has_standard then open_deals else 0 end) over pipeline as double)
    / nullif(sum(open_deals) over pipeline, 0) as pipeline_deal_coverage,
    -- booleans
    has_standard
from join_counts
window pipeline as (partition by account_id, pipeline_id)
