with origins as (
    select * from {{ ref('int_funnel__forecast_origins') }}
    where not is_current
),

-- the months from each origin to the last complete one
periods as (
    select
        origins.origin_number,
        origins.origin_on,
        later.origin_on as month,
        cast(later.origin_number - origins.origin_number as integer) as months_ahead
    from origins
    inner join origins as later on origins.origin_number <= later.origin_number
),

deals as (
    select * from {{ ref('int_funnel__forecast_timed_deals') }}
),

forecasts as (
    select * from {{ ref('int_funnel__forecast_months') }}
),

payments as (
    select
        account_id,
        deal_id,
        {{ month_of('booked_on') }} as month,
        sum(amount) as amount
    from {{ ref('int_money__allocated_payments') }}
    group by account_id, deal_id, {{ month_of('booked_on') }}
),

first_payments as (
    select
        account_id,
        min(month) as first_month
    from payments
    group by account_id
),

closings as (
    select
        origins.origin_number,
        positions.account_id,
        count(*) as closed_deals,
        count(*) filter (where positions.is_won) as won_deals
    from {{ ref('int_funnel__forecast_positions') }} as positions
    inner join origins
        on origins.origin_number between positions.first_origin and positions.last_origin
    where positions.is_won or positions.is_lost
    group by origins.origin_number, positions.account_id
),

accounts as (
    select
        account_id,
        currency
    from deals
    union
    select
        account_id,
        currency
    from forecasts
),

sum_open_deals as (
    select
        origin_number,
        account_id,
        currency,
        count(*) as open_deals
    from deals
    group by origin_number, account_id, currency
),

sum_weighted as (
    select
        origin_number,
        account_id,
        currency,
        {{ month_of('expected_paid_on') }} as month,
        sum(unpaid_price * chance) as weighted_amount,
        sum(unpaid_price * coalesce(naive_chance, chance)) as naive_amount
    from deals
    group by origin_number, account_id, currency, {{ month_of('expected_paid_on') }}
),

sum_payments as (
    select
        deals.origin_number,
        deals.account_id,
        deals.currency,
        payments.month,
        sum(payments.amount) as amount
    from deals
    inner join payments using (account_id, deal_id)
    group by deals.origin_number, deals.account_id, deals.currency, payments.month
),

sum_all_payments as (
    select
        account_id,
        month,
        sum(amount) as amount
    from payments
    group by account_id, month
),

compare as (
    select
        accounts.account_id,
        accounts.currency,
        periods.origin_on,
        periods.month,
        periods.months_ahead,
        coalesce(sum_open_deals.open_deals, 0) as open_deals,
        coalesce(closings.closed_deals, 0) as closed_deals,
        case
            when coalesce(first_payments.first_month >= periods.origin_on, true)
                then 'no_payments'
            when
                coalesce(closings.closed_deals, 0) < {{ forecast_minimum_closings() }}
                or coalesce(closings.won_deals, 0) < {{ forecast_minimum_donors() }}
                then 'history_too_short'
            else 'measured'
        end as status,
        coalesce(forecasts.p10_amount, 0) as p10,
        coalesce(forecasts.p50_amount, 0) as p50,
        coalesce(forecasts.p90_amount, 0) as p90,
        coalesce(sum_weighted.weighted_amount, 0) as weighted,
        coalesce(sum_weighted.naive_amount, 0) as naive,
        coalesce(cast(sum_payments.amount as double), 0) as actual,
        coalesce(cast(sum_all_payments.amount as double), 0) as actual_of_all
    from accounts
    cross join periods
    left join sum_open_deals
        on
            periods.origin_number = sum_open_deals.origin_number
            and accounts.account_id = sum_open_deals.account_id
            and accounts.currency = sum_open_deals.currency
    left join closings
        on
            periods.origin_number = closings.origin_number
            and accounts.account_id = closings.account_id
    left join first_payments on accounts.account_id = first_payments.account_id
    left join forecasts
        on
            periods.origin_number = forecasts.origin_number
            and periods.month = forecasts.month
            and accounts.account_id = forecasts.account_id
            and accounts.currency = forecasts.currency
    left join sum_weighted
        on
            periods.origin_number = sum_weighted.origin_number
            and periods.month = sum_weighted.month
            and accounts.account_id = sum_weighted.account_id
            and accounts.currency = sum_weighted.currency
    left join sum_payments
        on
            periods.origin_number = sum_payments.origin_number
            and periods.month = sum_payments.month
            and accounts.account_id = sum_payments.account_id
            and accounts.currency = sum_payments.currency
    left join sum_all_payments
        on
            periods.month = sum_all_payments.month
            and accounts.account_id = sum_all_payments.account_id
)

select
    account_id,
    currency,
    status,
    months_ahead,
    open_deals,
    closed_deals,
    {% for column in ['p10', 'p50', 'p90', 'weighted', 'naive'] %}
        case when status = 'measured' then {{ money(column) }} end as {{ column }}_amount,
    {% endfor %}
    case when status <> 'no_payments' then {{ money('actual') }} end as actual_amount,
    case when status <> 'no_payments' then {{ money('actual_of_all') }} end as paid_by_all_deals,
    case when status = 'measured' then {{ money('p50 - actual') }} end as error_amount,
    case
        when status = 'measured' and actual > 0 then abs(p50 - actual) / actual
    end as absolute_percentage_error,
    case when status = 'measured' then actual between p10 and p90 end as is_within_interval,
    origin_on,
    month
from compare
