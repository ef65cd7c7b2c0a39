with origins as (
    select * from {{ ref('int_funnel__forecast_origins') }}
    where is_current
),

deals as (
    select * from {{ ref('fct_deal_forecast') }}
),

backtest as (
    select * from {{ ref('rpt_forecast_backtest') }}
),

months as (
    select
        account_id,
        currency,
        month,
        p10_amount,
        p50_amount,
        p90_amount,
        mean_amount
    from {{ ref('int_funnel__forecast_months') }}
    where origin_number = {{ forecast_months() + 1 }}
),

sum_deals as (
    select
        account_id,
        currency,
        expected_month as month,
        count(*) as deals,
        sum(weighted_amount) as weighted_amount,
        sum(naive_amount) as naive_amount,
        sum(weighted_amount) filter (where is_price_imputed) as imputed_amount
    from deals
    group by account_id, currency, expected_month
),

-- a month ahead is as sure as forecasts that far ahead have proved to be
sum_errors as (
    select
        account_id,
        currency,
        months_ahead,
        count(absolute_percentage_error) as tried,
        avg(absolute_percentage_error) as mape,
        cast(sum(error_amount) as double)
        / nullif(cast(sum(actual_amount) filter (where status = 'measured') as double), 0)
            as bias,
        cast(count(*) filter (where is_within_interval) as double)
        / nullif(count(is_within_interval), 0) as coverage,
        bool_and(status = 'no_payments') as is_unpaid
    from backtest
    group by account_id, currency, months_ahead
),

-- deals that nobody knows the time of have no month
join_parts as (
    select
        coalesce(months.account_id, sum_deals.account_id) as account_id,
        coalesce(months.currency, sum_deals.currency) as currency,
        coalesce(months.month, sum_deals.month) as month,
        months.p10_amount,
        months.p50_amount,
        months.p90_amount,
        months.mean_amount,
        coalesce(sum_deals.deals, 0) as deals,
        coalesce(sum_deals.weighted_amount, 0) as weighted_amount,
        coalesce(sum_deals.naive_amount, 0) as naive_amount,
        coalesce(sum_deals.imputed_amount, 0) as imputed_amount
    from months
    full outer join sum_deals
        on
            months.account_id = sum_deals.account_id
            and months.currency = sum_deals.currency
            and months.month = sum_deals.month
),

count_months as (
    select
        join_parts.*,
        cast(
            (extract(year from join_parts.month) - extract(year from origins.origin_on)) * 12
            + extract(month from join_parts.month) - extract(month from origins.origin_on)
            as integer
        ) as months_ahead
    from join_parts
    cross join origins
)

select
    count_months.account_id,
    count_months.currency,
    count_months.month,
    count_months.months_ahead,
    count_months.deals,
    {{ money('count_months.p10_amount') }} as p10_amount,
    {{ money('count_months.p50_amount') }} as p50_amount,
    {{ money('count_months.p90_amount') }} as p90_amount,
    {{ money('count_months.mean_amount') }} as mean_amount,
    {{ money('count_months.weighted_amount') }} as weighted_amount,
    {{ money('count_months.naive_amount') }} as naive_amount,
    cast(count_months.imputed_amount as double)
    / nullif(cast(count_months.weighted_amount as double), 0) as imputed_share,
    case
        when sum_errors.is_unpaid then 'no_payments'
        when coalesce(sum_errors.tried, 0) < {{ forecast_minimum_origins() }}
            then 'history_too_short'
        else 'measured'
    end as backtest_status,
    coalesce(sum_errors.tried, 0) as backtest_months,
{% for measure in ['mape', 'bias', 'coverage'] %}
    case
        when sum_errors.tried >= {{ forecast_minimum_origins() }}
            then sum_errors.{{ measure }}
    end as backtest_{{ measure }}{{ ',' if not loop.last }}
{% endfor %}
from count_months
left join sum_errors
    on
        count_months.account_id = sum_errors.account_id
        and count_months.currency = sum_errors.currency
        and count_months.months_ahead = sum_errors.months_ahead
