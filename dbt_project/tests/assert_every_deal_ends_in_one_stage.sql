-- Whichever path a live deal took, the funnel shows it lost from one stage or standing in one: no
-- loss vanishes and none is told twice. Deals lost without a working stage stand in no stage's row.
with visits as (
    select
        account_id,
        deal_id,
        max_by(counts_as_lost, visit_number) as is_lost,
        count(case when not (is_won or counts_as_lost) then 1 end) as working_visits
    from {{ ref('int_funnel__described_visits') }}
    where not is_deleted
    group by account_id, deal_id
),

deals as (
    select
        account_id,
        count(*) as created,
        count(*) filter (where visits.is_lost) as lost_at_all,
        count(*) filter (where visits.is_lost and visits.working_visits > 0) as lost,
        count(*) filter (where not visits.is_lost) as standing
    from {{ ref('fct_deals') }} as deals
    left join visits using (account_id, deal_id)
    where not deals.is_deleted
    group by account_id
),

report as (
    select
        account_id,
        sum(lost_here + lost_after_advancing) filter (where pipeline_id <> 0 and stage_id <> 0)
            as lost,
        sum(still_here + here_after_advancing) filter (where pipeline_id <> 0 and stage_id <> 0)
            as standing,
        sum(entered) filter (where pipeline_id = 0 and stage_id = 0) as created,
        sum(lost_here + lost_after_advancing) filter (where pipeline_id = 0 and stage_id = 0)
            as lost_at_all
    from {{ ref('rpt_stage_conversion') }}
    where view = 'visited'
    group by account_id
)

select
    account_id,
    deals.created as deals_created,
    report.created as report_created,
    deals.lost as deals_lost,
    report.lost as report_lost,
    deals.standing as deals_standing,
    report.standing as report_standing
from deals
full outer join report using (account_id)
where
    coalesce(deals.created, 0) <> coalesce(report.created, 0)
    or coalesce(deals.lost_at_all, 0) <> coalesce(report.lost_at_all, 0)
    or coalesce(deals.lost, 0) <> coalesce(report.lost, 0)
    or coalesce(deals.standing, 0) <> coalesce(report.standing, 0)
