-- A month has one number of leads, whichever report tells it.
with deals as (
    select
        {{ month_of('created_on') }} as month,
        count(*) as leads
    from {{ ref('fct_deals') }}
    where not is_deleted
    group by all
),

by_source as (
    select
        {{ month_of('created_on') }} as month,
        sum(leads) as leads
    from {{ ref('rpt_leads_by_source') }}
    group by all
),

by_stage as (
    select
        cohort_month as month,
        sum(entered) filter (where view = 'imputed' and pipeline_id <> 0) as imputed_leads,
        sum(entered) filter (where view = 'visited' and pipeline_id <> 0) as visited_leads,
        sum(entered) filter (where view = 'strict' and pipeline_id <> 0) as strict_leads,
        sum(entered) filter (where view = 'visited' and pipeline_id = 0) as combined_leads
    from {{ ref('rpt_stage_conversion') }}
    where stage_id = 0
    group by all
),

by_channel as (
    select
        month,
        sum(leads) as leads
    from {{ ref('rpt_revenue_by_channel') }}
    where basis = 'lead_cohort' and leads > 0
    group by all
),

compare as (
    select
        month,
        coalesce(deals.leads, 0) as deals,
        coalesce(by_source.leads, 0) as by_source,
        coalesce(by_stage.imputed_leads, 0) as by_stage_imputed,
        coalesce(by_stage.visited_leads, 0) as by_stage_visited,
        coalesce(by_stage.strict_leads, 0) as by_stage_strict,
        coalesce(by_stage.combined_leads, 0) as by_stage_combined,
        coalesce(by_channel.leads, 0) as by_channel
    from deals
    full outer join by_source using (month)
    full outer join by_stage using (month)
    full outer join by_channel using (month)
)

select * from compare
where
    deals <> by_source
    or deals <> by_stage_imputed
    or deals <> by_stage_visited
    or deals <> by_stage_strict
    or deals <> by_stage_combined
    or deals <> by_channel
