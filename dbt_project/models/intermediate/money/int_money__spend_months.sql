with asked as (
    select * from {{ ref('int_money__spend_asked') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

-- a month a cabinet was asked about has a known spend even if it is nothing; one it was never asked
-- about has none
asked_months as (
    select distinct
        account.account_id,
        asked.channel,
        {{ month_of('asked.asked_on') }} as month
    from asked
    cross join account
),

sum_spend as (
    select
        account_id,
        channel,
        {{ month_of('spend_on') }} as month,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend
    from spend
    group by all
),

-- nothing is nothing in any currency: a zero needs no rate, nor does it stand beside other money
join_spend as (
    select
        asked_months.account_id,
        asked_months.channel,
        asked_months.month,
        coalesce(sum_spend.currency, '{{ var("company_currency") }}') as currency,
        coalesce(sum_spend.spend, 0) as spend
    from asked_months
    left join sum_spend using (account_id, channel, month)
)

select * from join_spend
