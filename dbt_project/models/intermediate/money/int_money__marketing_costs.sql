with costs as (
    select
        *,
        coalesce(currency, '{{ var("company_currency") }}') as currency_original,
        {{ days_between('valid_from', 'valid_to') }} + 1 as days
    from {{ ref('marketing_costs') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

list_days as (
    select
        *,
        {{ unnest(each_day('valid_from', 'valid_to')) }} as cost_on
    from costs
),

number_days as (
    select
        *,
        {{ days_between('valid_from', 'cost_on') }} as days_before
    from list_days
),

-- a day has what had gathered by its evening less what had by its morning, so that the days of a
-- cost sum to it to the kopeck
spread_costs as (
    select
        cost_on,
        kind,
        channel,
        currency_original,
        sum(
            {{ part_of_money('amount', 'days_before + 1', 'days') }}
            - {{ part_of_money('amount', 'days_before', 'days') }}
        ) as amount_original
    from number_days
    group by all
),

convert_money as (
    select
        account.account_id,
        spread_costs.cost_on,
        spread_costs.kind,
        spread_costs.channel,
        {{ to_company_currency('spread_costs.amount_original', 'spread_costs.currency_original') }}
            as amount,
        {{ company_currency('spread_costs.currency_original') }} as currency,
        {{ money('spread_costs.amount_original') }} as amount_original,
        spread_costs.currency_original
    from spread_costs
    cross join account
    left join rates
        on
            spread_costs.currency_original = rates.currency
            and spread_costs.cost_on = rates.rate_on
)

select * from convert_money
