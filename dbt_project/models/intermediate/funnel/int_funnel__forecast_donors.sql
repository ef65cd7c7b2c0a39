{#- how a pool is called, from the closest likeness to the loosest, and the keys it has -#}
{% set levels = ['stage_age', 'stage', 'pipeline', 'account'] %}
{% set donors = forecast_donors() %}

with origins as (
    select * from {{ ref('int_funnel__forecast_origins') }}
),

payments as (
    select * from {{ ref('int_money__allocated_payments') }}
    where amount > 0
),

wins as (
    select
        account_id,
        deal_id,
        first_origin,
        last_origin,
        {{ local_date('entered_at') }} as closed_on
    from {{ ref('int_funnel__forecast_positions') }}
    where is_won
),

-- how long after a win nearly all of its money is there; a younger sale would teach that customers
-- pay early or not at all
settling_days as (
    select
        origins.origin_number,
        wins.account_id,
        greatest(
            ceil(
                percentile_cont(0.95) within group (
                    order by {{ days_between('wins.closed_on', 'payments.booked_on') }}
                )
            ),
            0
        ) as settling_days
    from wins
    inner join payments using (account_id, deal_id)
    inner join origins
        on
            origins.origin_number between wins.first_origin and wins.last_origin
            and payments.booked_on < origins.origin_on
    group by origins.origin_number, wins.account_id
),

known_stays as (
    select
        origins.origin_number,
        stays.account_id,
        stays.pipeline_id,
        stays.stage_id,
        stays.deal_id,
        stays.visit_number,
        stays.dwell_seconds,
        stays.entered_at,
        stays.closed_at,
        {{ seconds_between('stays.closed_at', 'origins.origin_at') }}
        >= coalesce(settling_days.settling_days, 0) * 86400 as is_settled
    from {{ ref('int_funnel__forecast_stays') }} as stays
    inner join origins
        on origins.origin_number between stays.first_origin and stays.last_origin
    left join settling_days
        on
            origins.origin_number = settling_days.origin_number
            and stays.account_id = settling_days.account_id
    where stays.is_won
),

count_settled as (
    select
        origin_number,
        account_id,
        count(*) filter (where is_settled) as settled
    from known_stays
    group by origin_number, account_id
),

-- a company that has few sales yet has to learn from the young ones too
settled_stays as (
    select known_stays.*
    from known_stays
    inner join count_settled using (origin_number, account_id)
    where known_stays.is_settled or count_settled.settled < {{ forecast_minimum_donors() }}
),

-- the latest sales tell best how customers pay now, and a hundred of them tell it well enough
won_stays as (
    select * from settled_stays
    qualify row_number() over (
        partition by origin_number, account_id, pipeline_id, stage_id
        order by closed_at desc, deal_id desc, visit_number desc
    ) <= {{ donors }}
),

wanted_pools as (
    select distinct
        origin_number,
        account_id,
        pipeline_id,
        stage_id,
        age_class
    from {{ ref('int_funnel__forecast_deals') }}
),

wanted_stages as (
    select distinct
        origin_number,
        account_id,
        pipeline_id,
        stage_id
    from wanted_pools
),

{% for level in levels[2:] %}
    latest_of_{{ level }} as (
        select * from won_stays
        qualify row_number() over (
            partition by
                origin_number, account_id {{- ', pipeline_id' if level == 'pipeline' }}
            order by closed_at desc, deal_id desc, visit_number desc
        ) <= {{ donors }}
    ),
{% endfor %}

-- the time that sales spent where the deals of a pool are now: from so many seconds after entry,
-- for so many
unite_levels as (
    select
        1 as level_number,
        won_stays.origin_number,
        won_stays.account_id,
        won_stays.pipeline_id,
        won_stays.stage_id,
        wanted_pools.age_class,
        won_stays.deal_id,
        won_stays.visit_number,
        won_stays.entered_at,
        won_stays.closed_at,
        {{ age_class_edge('wanted_pools.age_class') }} * 86400 as starts_after,
        least(
            won_stays.dwell_seconds,
            coalesce(
                {{ age_class_edge('wanted_pools.age_class', next=true) }} * 86400,
                won_stays.dwell_seconds
            )
        ) - {{ age_class_edge('wanted_pools.age_class') }} * 86400 as lasts
    from won_stays
    inner join wanted_pools using (origin_number, account_id, pipeline_id, stage_id)
    where
        won_stays.dwell_seconds >= {{ age_class_edge('wanted_pools.age_class') }} * 86400

    union all

    select
        2 as level_number,
        won_stays.origin_number,
        won_stays.account_id,
        won_stays.pipeline_id,
        won_stays.stage_id,
        -1 as age_class,
        won_stays.deal_id,
        won_stays.visit_number,
        won_stays.entered_at,
        won_stays.closed_at,
        0 as starts_after,
        won_stays.dwell_seconds as lasts
    from won_stays
    inner join wanted_stages using (origin_number, account_id, pipeline_id, stage_id)

    {% for level in levels[2:] %}
        union all

        select
            {{ loop.index + 2 }} as level_number,
            origin_number,
            account_id,
            {{ 'pipeline_id' if level == 'pipeline' else '-1 as pipeline_id' }},
            -1 as stage_id,
            -1 as age_class,
            deal_id,
            visit_number,
            entered_at,
            closed_at,
            0 as starts_after,
            dwell_seconds as lasts
        from latest_of_{{ level }}
    {% endfor %}
),

-- a handful of sales says little; the whole account's are all there may be
pools as (
    select
        level_number,
        origin_number,
        account_id,
        pipeline_id,
        stage_id,
        age_class,
        row_number() over (
            order by level_number, origin_number, account_id, pipeline_id, stage_id, age_class
        ) as pool_id,
        count(*) as sales
    from unite_levels
    group by level_number, origin_number, account_id, pipeline_id, stage_id, age_class
    having
        sum(lasts) > 0
        and (count(*) >= {{ forecast_minimum_donors() }} or level_number = {{ levels | length }})
),

measure_time as (
    select
        pools.pool_id,
        pools.sales,
        unite_levels.*,
        sum(unite_levels.lasts) over (
            pool order by unite_levels.closed_at, unite_levels.deal_id, unite_levels.visit_number
            rows between unbounded preceding and current row
        ) as time_with,
        sum(unite_levels.lasts) over (pool) as whole_time
    from unite_levels
    inner join pools
        using (level_number, origin_number, account_id, pipeline_id, stage_id, age_class)
    window pool as (partition by pools.pool_id)
),

-- an open deal is met at a random moment, so sales are looked at in moments that lie evenly in all
-- their time: a long stay lends more of them than a short one
count_moments as (
    select
        *,
        cast(ceil((time_with - lasts) * {{ donors }} / whole_time - 0.5) as bigint)
            as first_number,
        cast(ceil(time_with * {{ donors }} / whole_time - 0.5) as bigint)
        - cast(ceil((time_with - lasts) * {{ donors }} / whole_time - 0.5) as bigint) as numbers
    from measure_time
),

list_moments as (
    select
        *,
        {{ unnest(numbers_below('numbers')) }} as place
    from count_moments
    where numbers > 0
),

find_moments as (
    select
        *,
        first_number + place + 1 as donor_number,
        starts_after + cast(
            floor((first_number + place + 0.5) / {{ donors }} * whole_time - (time_with - lasts))
            as bigint
        ) as moment_after,
        {{ seconds_between("timestamp '1970-01-01 00:00:00'", 'entered_at') }} as entered_second
    from list_moments
)

select
    level_number,
    case level_number
        {% for level in levels %}
            when {{ loop.index }} then '{{ level }}'
        {% endfor %}
    end as level,
    pool_id,
    origin_number,
    account_id,
    pipeline_id,
    stage_id,
    age_class,
    donor_number,
    {{ donors }} as donors,
    sales,
    deal_id,
    -- an origin is a midnight, and payments have only a day: moments go to the nearest midnight
    {{ local_date(from_epoch('entered_second + moment_after + 43200')) }} as moment_on,
    {{ local_date('closed_at') }} as closed_on
from find_moments
