with campaign_days as (
    select * from {{ ref('int_money__yandex_direct_spend') }}
),

ad_rows as (
    select * from {{ ref('stg_yandex_direct__ad_daily') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

-- asked for, whether there was anything or not
loaded_days as (
    select distinct
        login as cabinet,
        spend_on
    from ad_rows
),

ad_days as (
    select
        login as cabinet,
        coalesce(cast(campaign_id as string), '--') as campaign_id,
        ad_group_id,
        ad_id,
        case when ad_id is null then 'no_ad' else 'ad' end as bucket,
        coalesce(currency, '{{ var("company_currency") }}') as currency,
        coalesce(impressions, 0) as impressions,
        coalesce(clicks, 0) as clicks,
        coalesce(
            {{ money('cast(cost_micros as decimal(20, 0)) * cast(0.000001 as decimal(7, 6))') }}, 0
        ) as cost_gross,
        is_provisional,
        spend_on
    from ad_rows
    where not is_empty_day
),

sum_ads as (
    select
        cabinet,
        campaign_id,
        spend_on,
        min(currency) as currency,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(cost_gross) as decimal(18, 2)) as cost_gross,
        bool_or(is_provisional) as is_provisional
    from ad_days
    group by cabinet, campaign_id, spend_on
),

-- an ad may have a day that its campaign does not: the two were asked for at different moments
compare as (
    select
        cabinet,
        campaign_id,
        spend_on,
        campaign_days.campaign_name,
        coalesce(campaign_days.currency, sum_ads.currency) as currency,
        coalesce(campaign_days.cost_gross, 0) as campaign_cost_gross,
        coalesce(campaign_days.is_provisional, sum_ads.is_provisional) as is_provisional,
        coalesce(campaign_days.impressions, 0) - coalesce(sum_ads.impressions, 0)
            as impressions,
        coalesce(campaign_days.clicks, 0) - coalesce(sum_ads.clicks, 0) as clicks,
        coalesce(campaign_days.cost_gross, 0) - coalesce(sum_ads.cost_gross, 0) as cost_gross
    from campaign_days
    full outer join sum_ads using (cabinet, campaign_id, spend_on)
),

residuals as (
    select
        compare.*,
        cast(null as bigint) as ad_group_id,
        cast(null as bigint) as ad_id,
        case when loaded_days.cabinet is null then 'not_loaded' else 'not_in_ad_detail' end
            as bucket
    from compare
    left join loaded_days
        on compare.cabinet = loaded_days.cabinet and compare.spend_on = loaded_days.spend_on
    where compare.cost_gross <> 0 or compare.impressions <> 0 or compare.clicks <> 0
),

unite as (
    select
        ad_days.cabinet,
        ad_days.campaign_id,
        ad_days.ad_group_id,
        ad_days.ad_id,
        compare.campaign_name,
        ad_days.bucket,
        ad_days.impressions,
        ad_days.clicks,
        ad_days.cost_gross,
        compare.campaign_cost_gross,
        compare.currency,
        ad_days.is_provisional,
        ad_days.spend_on
    from ad_days
    inner join compare using (cabinet, campaign_id, spend_on)

    union all

    select
        cabinet,
        campaign_id,
        ad_group_id,
        ad_id,
        campaign_name,
        bucket,
        impressions,
        clicks,
        cost_gross,
        campaign_cost_gross,
        currency,
        is_provisional,
        spend_on
    from residuals
)

select
    -- ids
    account.account_id,
    unite.cabinet,
    unite.campaign_id,
    unite.ad_group_id,
    unite.ad_id,
    -- strings
    unite.campaign_name,
    unite.bucket,
    -- numbers
    cast(unite.impressions as bigint) as impressions,
    cast(unite.clicks as bigint) as clicks,
    -- money
    cast(unite.cost_gross as decimal(18, 2)) as cost_gross,
    cast(unite.campaign_cost_gross as decimal(18, 2)) as campaign_cost_gross,
    unite.currency,
    -- booleans
    unite.is_provisional,
    -- days, as the cabinet counts them
    unite.spend_on
from unite
cross join account
