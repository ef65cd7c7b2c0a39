{% set draws = forecast_draws() %}

with deals as (
    select * from {{ ref('int_funnel__forecast_timed_deals') }}
    where chance > 0 and unpaid_price > 0 and pool_id is not null
),

monthly_shares as (
    select
        pool_id,
        donor_number,
        {{ month_of('paid_on') }} as month,
        sum(share) as share
    from {{ ref('int_funnel__forecast_schedules') }}
    group by pool_id, donor_number, {{ month_of('paid_on') }}
),

-- three random numbers of a deal, always the same ones: the multiplier, the shift and the offset
randomise_deals as (
    select
        *,
        {{ hash_text("account_id || ':' || deal_id") }} as hash
    from deals
),

scatter_deals as (
    select
        origin_number,
        account_id,
        currency,
        pool_id,
        donors,
        unpaid_price,
        hash % {{ draws - 1 }} + 1 as multiplier,
        {{ integer_divide('hash', draws - 1) }} % {{ draws }} as shift,
        cast({{ integer_divide('hash', (draws - 1) * draws) }} % 1000000 as double) / 1000000
            as part,
        chance * {{ draws }} as expected_wins
    from randomise_deals
),

count_wins as (
    select
        *,
        cast(ceil(expected_wins - part) as bigint) as wins
    from scatter_deals
),

-- place n of a deal is the uniform number (n + part) / draws; those below its chance are wins, and
-- where a win lies below it tells whose payments it has
list_wins as (
    select
        *,
        {{ unnest(numbers_below('wins')) }} as place
    from count_wins
    where wins > 0
),

choose_donors as (
    select
        origin_number,
        account_id,
        currency,
        pool_id,
        unpaid_price,
        (multiplier * place + shift) % {{ draws }} as draw,
        least(cast(floor((place + part) / expected_wins * donors) as bigint) + 1, donors)
            as donor_number
    from list_wins
),

sum_draws as (
    select
        wins.origin_number,
        wins.account_id,
        wins.currency,
        shares.month,
        wins.draw,
        -- in whole kopecks, so that the order of adding makes no difference
        sum(cast(round(wins.unpaid_price * shares.share * 100) as bigint)) as kopecks
    from choose_donors as wins
    inner join monthly_shares as shares using (pool_id, donor_number)
    group by wins.origin_number, wins.account_id, wins.currency, shares.month, wins.draw
),

months as (
    select distinct
        origin_number,
        account_id,
        currency,
        month
    from sum_draws
),

all_draws as (
    select {{ unnest(numbers_below(draws)) }} as draw
),

-- a draw in which nobody pays is a draw too
fill_draws as (
    select
        months.*,
        coalesce(cast(sum_draws.kopecks as double), 0) / 100 as amount
    from months
    cross join all_draws
    left join sum_draws
        on
            months.origin_number = sum_draws.origin_number
            and months.account_id = sum_draws.account_id
            and months.currency = sum_draws.currency
            and months.month = sum_draws.month
            and all_draws.draw = sum_draws.draw
)

select
    origin_number,
    account_id,
    currency,
    month,
    percentile_cont(0.1) within group (order by amount) as p10_amount,
    percentile_cont(0.5) within group (order by amount) as p50_amount,
    percentile_cont(0.9) within group (order by amount) as p90_amount,
    round(avg(amount), 4) as mean_amount
from fill_draws
group by origin_number, account_id, currency, month
