with visits as (
    select * from {{ ref('fct_deal_stage_visits') }}
    where
        not is_deleted
        and entered_at >= {{ as_of() }} - interval '{{ var("lint_days") }}' day
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
    where is_ordinary and is_listed
),

-- the pipeline is judged as it stands now, in whatever order deals once went through it
places as (
    select
        account_id,
        pipeline_id,
        stage_id,
        stage_order
    from {{ ref('int_funnel__stages') }}
    where (is_ordinary and is_listed) or is_won
),

count_deals as (
    select
        account_id,
        pipeline_id,
        stage_id,
        count(*) as stays,
        count(distinct deal_id) as deals_entered,
        median(case when is_unbroken then dwell_seconds end) as median_seconds
    from visits
    group by account_id, pipeline_id, stage_id
),

furthest_places as (
    select
        visits.account_id,
        visits.pipeline_id,
        visits.deal_id,
        max(places.stage_order) as stage_order
    from visits
    inner join places using (account_id, pipeline_id, stage_id)
    where places.stage_order is not null
    group by visits.account_id, visits.pipeline_id, visits.deal_id
),

count_furthest as (
    select
        account_id,
        pipeline_id,
        stage_order,
        count(*) as deals
    from furthest_places
    group by account_id, pipeline_id, stage_order
),

count_reached as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        sum(count_furthest.deals) as deals_reached
    from stages
    inner join count_furthest
        on
            stages.account_id = count_furthest.account_id
            and stages.pipeline_id = count_furthest.pipeline_id
            and stages.stage_order <= count_furthest.stage_order
    group by stages.account_id, stages.pipeline_id, stages.stage_id
),

-- work only: what was clicked through, jumped from at the end or swept along tells of habits, not
-- of the stage
worked_stays as (
    select
        account_id,
        pipeline_id,
        stage_id,
        dwell_seconds,
        ln(dwell_seconds) as log_seconds
    from visits
    where
        is_unbroken
        and left_at is not null
        and dwell_seconds >= {{ var('instant_seconds') }}
        and not is_mass_change
        and not is_mass_change_exit
        and not is_sloppy
        and not is_sloppy_exit
),

measure_work as (
    select
        account_id,
        pipeline_id,
        stage_id,
        count(*) as worked_stays,
        percentile_cont(0.5) within group (order by dwell_seconds) as worked_p50_seconds,
        percentile_cont(0.9) within group (order by dwell_seconds) as worked_p90_seconds,
        avg(log_seconds) as m1,
        avg(power(log_seconds, 2)) as m2,
        avg(power(log_seconds, 3)) as m3,
        avg(power(log_seconds, 4)) as m4
    from worked_stays
    group by account_id, pipeline_id, stage_id
),

centre_moments as (
    select
        *,
        m2 - power(m1, 2) as variance,
        m3 - 3 * m1 * m2 + 2 * power(m1, 3) as third,
        m4 - 4 * m1 * m3 + 6 * power(m1, 2) * m2 - 3 * power(m1, 4) as fourth
    from measure_work
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- numbers
    coalesce(count_deals.stays, 0) as stays,
    coalesce(count_deals.deals_entered, 0) as deals_entered,
    cast(coalesce(count_reached.deals_reached, 0) as bigint) as deals_reached,
    count_deals.median_seconds,
    -- what a stage of this pipeline usually takes
    median(count_deals.median_seconds) over (partition by account_id, pipeline_id)
        as pipeline_median_seconds,
    coalesce(centre_moments.worked_stays, 0) as worked_stays,
    centre_moments.worked_p50_seconds,
    centre_moments.worked_p90_seconds,
    -- Sarle's coefficient of the logarithms: 0.33 of a normal, 0.56 of a flat distribution, 1 of
    -- two points; rounding leaves the variance of equal stays near nought instead of nought
    case
        when centre_moments.variance > 1e-6
            then
                round(
                    (power(centre_moments.third, 2) / power(centre_moments.variance, 3) + 1)
                    / (centre_moments.fourth / power(centre_moments.variance, 2)),
                    4
                )
    end as bimodality
from stages
left join count_deals using (account_id, pipeline_id, stage_id)
left join count_reached using (account_id, pipeline_id, stage_id)
left join centre_moments using (account_id, pipeline_id, stage_id)
