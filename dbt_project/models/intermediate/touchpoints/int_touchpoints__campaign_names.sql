with campaigns as (
    select * from {{ ref('int_touchpoints__campaigns') }}
),

direct_names as (
    select * from {{ ref('stg_yandex_direct__campaign_names') }}
),

vk_names as (
    select * from {{ ref('stg_vk_ads__names') }}
    where object_kind = 'ad_plan'
),

file_spend as (
    select * from {{ ref('int_money__spend_files_spend') }}
),

list_names as (
    select
        'yandex_direct:' || login || ':' || campaign_id as campaign_key,
        campaign_name,
        seen_from,
        seen_to
    from direct_names

    union all

    select
        'vk_ads:' || cabinet || ':' || object_id as campaign_key,
        object_name as campaign_name,
        first_seen_at as seen_from,
        lead(first_seen_at) over (
            partition by cabinet, object_id order by first_seen_at, object_name
        ) as seen_to
    from vk_names

    union all

    select
        {{ campaign_key('file_spend') }} as campaign_key,
        campaign_name,
        cast(min(spend_on) as timestamp) as seen_from,
        cast(null as timestamp) as seen_to
    from file_spend
    group by all

    union all

    -- a cabinet that keeps no history of names still has the present one
    select
        campaign_key,
        campaign_name,
        cast(null as timestamp) as seen_from,
        cast(null as timestamp) as seen_to
    from campaigns
),

one_row_each as (
    select
        campaign_key,
        campaign_name,
        min(seen_from) as seen_from,
        case when count(seen_to) = count(seen_from) then max(seen_to) end as seen_to
    from list_names
    where campaign_name is not null
    group by campaign_key, campaign_name
)

select
    campaigns.campaign_key,
    campaigns.source,
    campaigns.cabinet,
    campaigns.campaign_id,
    one_row_each.campaign_name,
    campaigns.platform,
    one_row_each.campaign_name = campaigns.campaign_name as is_present,
    one_row_each.seen_from,
    one_row_each.seen_to
from one_row_each
inner join campaigns using (campaign_key)
