with campaigns as (
    select * from {{ ref('int_touchpoints__campaigns') }}
),

names as (
    select * from {{ ref('int_touchpoints__campaign_names') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
),

ad_platforms as (
    select * from {{ ref('int_money__ad_platforms') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
    where source_rule = 'deal_utm'
),

links as (
    select * from {{ ref('int_touchpoints__campaign_links') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

count_names as (
    select
        campaign_key,
        count(*) as names
    from names
    group by campaign_key
),

-- a campaign of files is of the channel most of its money went to
sum_channels as (
    select
        campaign_key,
        channel,
        placement,
        sum(cost_gross_original) as cost
    from spend
    group by campaign_key, channel, placement
),

pick_channels as (
    select * from sum_channels
    qualify row_number() over (
        partition by campaign_key order by cost desc, channel asc, placement asc
    ) = 1
)

select
    -- ids
    account.account_id,
    campaigns.campaign_key,
    campaigns.source,
    campaigns.cabinet,
    campaigns.campaign_id,
    -- strings
    campaigns.campaign_name,
    coalesce(pick_channels.channel, ad_platforms.channel, channels.channel, 'unassigned')
        as channel,
    coalesce(pick_channels.placement, ad_platforms.placement, campaigns.platform) as placement,
    campaigns.utm_source,
    campaigns.utm_medium,
    campaigns.utm_campaign,
    -- numbers
    coalesce(count_names.names, 0) as names,
    links.links,
    links.untagged_links,
    -- booleans
    links.untagged_links > 0 as is_untagged,
    -- days, as the cabinet counts them
    campaigns.first_spend_on,
    campaigns.last_spend_on
from campaigns
cross join account
left join pick_channels on campaigns.campaign_key = pick_channels.campaign_key
left join ad_platforms on 'raw_' || campaigns.source = ad_platforms.source
left join channels
    on
        campaigns.platform = channels.utm_source
        and coalesce(campaigns.utm_medium, 'cpc') = channels.utm_medium
left join count_names on campaigns.campaign_key = count_names.campaign_key
left join links on campaigns.campaign_key = links.campaign_key
