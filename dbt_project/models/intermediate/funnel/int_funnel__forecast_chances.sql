{% set strength = var('forecast_prior_strength') %}

with origins as (
    select * from {{ ref('int_funnel__forecast_origins') }}
),

-- a stay that ended in an age class counts there for the part of it that it lasted: the chance of a
-- deal met there at a random moment
measure_stays as (
    select
        *,
        coalesce(
            (dwell_days - {{ age_class_edge('last_age_class') }})
            / (
                {{ age_class_edge('last_age_class', next=true) }}
                - {{ age_class_edge('last_age_class') }}
            ),
            1
        ) as last_part
    from {{ ref('int_funnel__forecast_stays') }}
),

-- few rows are left before they are repeated for every origin
sum_stays as (
    select
        account_id,
        pipeline_id,
        stage_id,
        last_age_class,
        first_origin,
        last_origin,
        count(*) as stays,
        count(*) filter (where is_won) as won_stays,
        sum(last_part) as parts,
        coalesce(sum(last_part) filter (where is_won), 0) as won_parts,
        count(*) filter (where is_arrival) as arrivals,
        count(*) filter (where is_arrival and is_won) as won_arrivals
    from measure_stays
    group by all
),

repeat_by_origin as (
    select
        origins.origin_number,
        sum_stays.account_id,
        sum_stays.pipeline_id,
        sum_stays.stage_id,
        sum_stays.last_age_class,
        sum(sum_stays.stays) as stays,
        sum(sum_stays.won_stays) as won_stays,
        sum(sum_stays.parts) as parts,
        sum(sum_stays.won_parts) as won_parts,
        sum(sum_stays.arrivals) as arrivals,
        sum(sum_stays.won_arrivals) as won_arrivals
    from sum_stays
    inner join origins
        on origins.origin_number between sum_stays.first_origin and sum_stays.last_origin
    group by all
),

sum_accounts as (
    select
        origin_number,
        account_id,
        cast(sum(won_arrivals) + 1 as double) / (sum(arrivals) + 2) as account_chance
    from repeat_by_origin
    group by origin_number, account_id
),

sum_pipelines as (
    select
        sums.origin_number,
        sums.account_id,
        sums.pipeline_id,
        max(sum_accounts.account_chance) as account_chance,
        (sum(sums.won_arrivals) + {{ strength }} * max(sum_accounts.account_chance))
        / (sum(sums.arrivals) + {{ strength }}) as pipeline_chance
    from repeat_by_origin as sums
    inner join sum_accounts using (origin_number, account_id)
    group by sums.origin_number, sums.account_id, sums.pipeline_id
),

sum_stages as (
    select
        sums.origin_number,
        sums.account_id,
        sums.pipeline_id,
        sums.stage_id,
        max(sum_pipelines.account_chance) as account_chance,
        max(sum_pipelines.pipeline_chance) as pipeline_chance,
        cast(sum(sums.won_stays) as double) / sum(sums.stays) as naive_chance,
        (sum(sums.won_stays) + {{ strength }} * max(sum_pipelines.pipeline_chance))
        / (sum(sums.stays) + {{ strength }}) as stage_chance
    from repeat_by_origin as sums
    inner join sum_pipelines using (origin_number, account_id, pipeline_id)
    group by sums.origin_number, sums.account_id, sums.pipeline_id, sums.stage_id
),

age_classes as (
    {% for edge in forecast_ages() %}
        select {{ loop.index0 }} as age_class
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- stays that lasted beyond a class count in it whole
count_ages as (
    select
        sum_stages.*,
        age_classes.age_class,
        coalesce(sums.parts, 0) + coalesce(sum(sums.stays) over longer, 0) as seen,
        coalesce(sums.won_parts, 0) + coalesce(sum(sums.won_stays) over longer, 0) as seen_won
    from sum_stages
    cross join age_classes
    left join repeat_by_origin as sums
        on
            sum_stages.origin_number = sums.origin_number
            and sum_stages.account_id = sums.account_id
            and sum_stages.pipeline_id = sums.pipeline_id
            and sum_stages.stage_id = sums.stage_id
            and age_classes.age_class = sums.last_age_class
    window longer as (
        partition by
            sum_stages.origin_number,
            sum_stages.account_id,
            sum_stages.pipeline_id,
            sum_stages.stage_id
        order by age_classes.age_class desc
        rows between unbounded preceding and 1 preceding
    )
)

-- rounded, because sums of fractions depend on the order in which an engine adds them
select
    origin_number,
    account_id,
    pipeline_id,
    stage_id,
    age_class,
    round(account_chance, 9) as account_chance,
    round(pipeline_chance, 9) as pipeline_chance,
    round(stage_chance, 9) as stage_chance,
    round(naive_chance, 9) as naive_chance,
    round(seen, 6) as seen,
    round((seen_won + {{ strength }} * stage_chance) / (seen + {{ strength }}), 9) as chance
from count_ages
