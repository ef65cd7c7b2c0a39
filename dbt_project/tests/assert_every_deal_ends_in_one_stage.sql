-- Whichever path a live deal took, the funnel shows it lost from one stage or standing in one: no
-- loss vanishes and none is told twice. Deals lost without a working stage stand in no stage's row.
with visits as (
    select
        visits.account_id,
        visits.deal_id,
        count(case when not (stages.is_won or stages.is_lost) then 1 end) as working_visits
    from {{ ref('fct_deal_stage_visits') }} as visits
    inner join {{ ref('int_funnel__stages') }} as stages using (account_id, pipeline_id, stage_id)
    group by visits.account_id, visits.deal_id
),

deals as (
    select
        account_id,
        count(*) filter (where deals.status = 'lost' and visits.working_visits > 0) as lost,
        count(*) filter (where deals.status <> 'lost') as standing
    from {{ ref('fct_deals') }} as deals
    inner join visits using (account_id, deal_id)
    where not deals.is_deleted
    group by account_id
),

report as (
    select
        account_id,
        sum(lost_here + lost_after_advancing) as lost,
        sum(still_here + here_after_advancing) as standing
    from {{ ref('rpt_stage_conversion') }}
    where view = 'visited' and stage_id <> 0
    group by account_id
)

select
    account_id,
    deals.lost as deals_lost,
    report.lost as report_lost,
    deals.standing as deals_standing,
    report.standing as report_standing
from deals
full outer join report using (account_id)
where
    coalesce(deals.lost, 0) <> coalesce(report.lost, 0)
    or coalesce(deals.standing, 0) <> coalesce(report.standing, 0)
