with deals as (
    select * from {{ ref('int_funnel__forecast_deals') }}
),

donors as (
    select * from {{ ref('int_funnel__forecast_donors') }}
),

schedules as (
    select * from {{ ref('int_funnel__forecast_schedules') }}
),

sum_schedules as (
    select
        pool_id,
        donor_number,
        sum(share) as share,
        {{ days_between("cast('2000-01-01' as date)", 'min(paid_on) filter (where share > 0)') }}
            as first_paid_day
    from schedules
    group by pool_id, donor_number
),

describe_pools as (
    select
        donors.level_number,
        donors.level,
        donors.pool_id,
        donors.origin_number,
        donors.account_id,
        donors.pipeline_id,
        donors.stage_id,
        donors.age_class,
        max(donors.donors) as donors,
        coalesce(sum(sum_schedules.share), 0) / max(donors.donors) as paid_share,
        {{ add_days("cast('2000-01-01' as date)", 'floor(median(sum_schedules.first_paid_day))') }}
            as expected_paid_on
    from donors
    left join sum_schedules using (pool_id, donor_number)
    group by all
),

choose_pools as (
    select
        deals.origin_number,
        deals.account_id,
        deals.deal_id,
        deals.pipeline_id,
        deals.stage_id,
        deals.age_class,
        deals.age_days,
        deals.currency,
        deals.price,
        deals.is_price_imputed,
        deals.paid_amount,
        deals.unpaid_price,
        deals.chance,
        deals.naive_chance,
        deals.seen,
    {% for column in ['level', 'pool_id', 'donors', 'paid_share', 'expected_paid_on'] %}
        case
            when by_age.pool_id is not null then by_age.{{ column }}
            when by_stage.pool_id is not null then by_stage.{{ column }}
            when by_pipeline.pool_id is not null then by_pipeline.{{ column }}
            else by_account.{{ column }}
        end as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from deals
    left join describe_pools as by_age
        on
            by_age.level_number = 1
            and deals.origin_number = by_age.origin_number
            and deals.account_id = by_age.account_id
            and deals.pipeline_id = by_age.pipeline_id
            and deals.stage_id = by_age.stage_id
            and deals.age_class = by_age.age_class
    left join describe_pools as by_stage
        on
            by_stage.level_number = 2
            and deals.origin_number = by_stage.origin_number
            and deals.account_id = by_stage.account_id
            and deals.pipeline_id = by_stage.pipeline_id
            and deals.stage_id = by_stage.stage_id
    left join describe_pools as by_pipeline
        on
            by_pipeline.level_number = 3
            and deals.origin_number = by_pipeline.origin_number
            and deals.account_id = by_pipeline.account_id
            and deals.pipeline_id = by_pipeline.pipeline_id
    left join describe_pools as by_account
        on
            by_account.level_number = 4
            and deals.origin_number = by_account.origin_number
            and deals.account_id = by_account.account_id
)

select * from choose_pools
