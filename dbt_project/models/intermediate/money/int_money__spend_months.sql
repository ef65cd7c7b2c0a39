with campaign_days as (
    select * from {{ ref('stg_yandex_direct__campaign_daily') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
),

ad_platforms as (
    select * from {{ ref('int_money__ad_platforms') }}
    where source = 'raw_yandex_direct'
),

account as (
    select * from {{ ref('int_company__account') }}
),

-- an empty day names no currency: it is the cabinet's
add_currency as (
    select
        *,
        coalesce(
            currency, max(currency) over (partition by login), '{{ var("company_currency") }}'
        ) as cabinet_currency
    from campaign_days
),

-- a month the cabinet was asked about has a known spend even if it is nothing; one it was never
-- asked about has none
asked_months as (
    select distinct
        account.account_id,
        ad_platforms.channel,
        {{ month_of('add_currency.spend_on') }} as month,
        add_currency.cabinet_currency as currency
    from add_currency
    cross join ad_platforms
    cross join account
),

sum_spend as (
    select
        account_id,
        channel,
        {{ month_of('spend_on') }} as month,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }}) as spend
    from spend
    group by all
),

join_spend as (
    select
        asked_months.account_id,
        asked_months.channel,
        asked_months.month,
        asked_months.currency,
        coalesce(sum_spend.spend, 0) as spend
    from asked_months
    left join sum_spend using (account_id, channel, month, currency)
)

select * from join_spend
