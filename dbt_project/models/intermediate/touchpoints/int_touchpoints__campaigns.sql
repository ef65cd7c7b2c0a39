with spend as (
    select * from {{ ref('int_money__spend') }}
),

direct_campaigns as (
    select * from {{ ref('int_money__direct_campaigns') }}
),

ad_plans as (
    select * from {{ ref('stg_vk_ads__ad_plans') }}
),

ad_platforms as (
    select * from {{ ref('ad_platforms') }}
),

list_campaigns as (
    select
        source,
        cabinet,
        campaign_id,
        campaign_name,
        utm_source,
        utm_medium,
        utm_campaign,
        spend_on,
        coalesce(cost_gross, 0) <> 0 or coalesce(clicks, 0) <> 0 as has_run
    from spend

    union all

    -- a campaign that has cost nothing yet is a campaign too
    select
        'yandex_direct' as source,
        login as cabinet,
        cast(campaign_id as string) as campaign_id,
        campaign_name,
        utm_source,
        utm_medium,
        utm_campaign,
        cast(null as date) as spend_on,
        false as has_run
    from direct_campaigns

    union all

    select
        'vk_ads' as source,
        cabinet,
        cast(ad_plan_id as string) as campaign_id,
        ad_plan_name as campaign_name,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        cast(null as string) as utm_campaign,
        cast(null as date) as spend_on,
        false as has_run
    from ad_plans
),

name_campaigns as (
    select
        {{ campaign_key('list_campaigns') }} as campaign_key,
        list_campaigns.*,
        coalesce(ad_platforms.utm_source, list_campaigns.utm_source) as platform
    from list_campaigns
    left join ad_platforms on 'raw_' || list_campaigns.source = ad_platforms.source
),

-- the newest day tells the name and the marks
sum_up as (
    select
        campaign_key,
        source,
        cabinet,
        max(campaign_id) as campaign_id,
        coalesce(
            max_by(campaign_name, spend_on) filter (where campaign_name is not null),
            max(campaign_name)
        ) as campaign_name,
        coalesce(max_by(platform, spend_on), max(platform)) as platform,
        coalesce(max_by(utm_source, spend_on), max(utm_source)) as utm_source,
        coalesce(max_by(utm_medium, spend_on), max(utm_medium)) as utm_medium,
        coalesce(max_by(utm_campaign, spend_on), max(utm_campaign)) as utm_campaign,
        min(case when has_run then spend_on end) as first_spend_on,
        max(case when has_run then spend_on end) as last_spend_on
    from name_campaigns
    group by campaign_key, source, cabinet
)

select * from sum_up
