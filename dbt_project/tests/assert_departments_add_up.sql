-- Every live deal has one row in each pipeline it has been in, in the report as in the visits, and
-- whoever came into a department left it by one outcome or is there still.
with visited as (
    select
        account_id,
        pipeline_id,
        count(distinct deal_id) as deals
    from {{ ref('int_funnel__described_visits') }}
    where not is_deleted
    group by account_id, pipeline_id
),

reported as (
    select
        account_id,
        pipeline_id,
        sum(entered) as entered,
        sum(handed_over + won + lost) filter (where basis = 'entry_cohort')
        + sum(open) as outcomes,
        sum(handed_over + won + lost) filter (where basis = 'entry_cohort') as resolved,
        coalesce(sum(handed_over + won + lost) filter (where basis = 'outcome_date'), 0)
            as resolved_by_date
    from {{ ref('rpt_department_scorecard') }}
    group by account_id, pipeline_id
),

compare as (
    select
        account_id,
        pipeline_id,
        visited.deals,
        reported.entered,
        reported.outcomes,
        reported.resolved,
        reported.resolved_by_date
    from visited
    full outer join reported using (account_id, pipeline_id)
)

select * from compare
where
    coalesce(deals, 0) <> coalesce(entered, 0)
    or entered <> outcomes
    or resolved <> resolved_by_date
