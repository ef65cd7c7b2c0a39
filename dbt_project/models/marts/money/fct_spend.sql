with campaign_days as (
    select * from {{ ref('stg_yandex_direct__campaign_daily') }}
    where campaign_id is not null
),

campaigns as (
    select * from {{ ref('int_money__direct_campaigns') }}
),

ad_platforms as (
    select * from {{ ref('int_money__ad_platforms') }}
    where source = 'raw_yandex_direct'
),

account as (
    select * from {{ ref('int_company__account') }}
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

-- cabinets count money in millionths
count_money as (
    select
        *,
        {{ money('cast(cost_micros as decimal(20, 0)) * cast(0.000001 as decimal(7, 6))') }}
            as cost_gross
    from campaign_days
)

select
    -- ids
    account.account_id,
    count_money.login as cabinet,
    count_money.campaign_id,
    -- strings
    coalesce(campaigns.campaign_name, count_money.campaign_name) as campaign_name,
    ad_platforms.channel,
    ad_platforms.placement,
    campaigns.utm_source,
    campaigns.utm_medium,
    campaigns.utm_campaign,
    -- numbers
    count_money.impressions,
    count_money.clicks,
    -- money
    coalesce(count_money.cost_gross, 0) as cost_gross,
    {{ without_vat('coalesce(count_money.cost_gross, 0)', 'coalesce(vat_rates.rate, 0)') }}
        as cost_net,
    count_money.currency,
    -- booleans
    count_money.is_provisional,
    count_money.cost_gross is null as is_cost_missing,
    -- days, as the cabinet counts them
    count_money.spend_on
from count_money
cross join account
cross join ad_platforms
left join campaigns using (login, campaign_id)
left join vat_rates
    on
        count_money.currency = vat_rates.currency
        and count_money.spend_on between vat_rates.valid_from and vat_rates.valid_to
