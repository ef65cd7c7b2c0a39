with campaign_days as (
    select * from {{ ref('stg_yandex_direct__campaign_daily') }}
    where not is_empty_day
),

campaigns as (
    select * from {{ ref('int_money__direct_campaigns') }}
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
    'yandex_direct' as source,
    count_money.login as cabinet,
    -- money must not be lost for want of an id; "--" is Direct's own sign for none
    coalesce(cast(count_money.campaign_id as string), '--') as campaign_id,
    -- strings
    coalesce(campaigns.campaign_name, count_money.campaign_name) as campaign_name,
    campaigns.utm_source,
    campaigns.utm_medium,
    campaigns.utm_campaign,
    coalesce(count_money.currency, '{{ var("company_currency") }}') as currency,
    -- numbers
    count_money.impressions,
    count_money.clicks,
    -- money
    count_money.cost_gross,
    cast(null as decimal(18, 2)) as cost_net,
    -- booleans
    count_money.is_provisional,
    -- days, as the cabinet counts them
    count_money.spend_on
from count_money
left join campaigns
    on
        count_money.login = campaigns.login
        and count_money.campaign_id = campaigns.campaign_id
