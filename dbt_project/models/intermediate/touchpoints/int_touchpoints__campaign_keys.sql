with campaigns as (
    select * from {{ ref('int_touchpoints__campaigns') }}
),

names as (
    select * from {{ ref('int_touchpoints__campaign_names') }}
),

direct_ads as (
    select
        login,
        ad_id,
        campaign_id
    from {{ ref('stg_yandex_direct__ads') }}

    union

    -- the statistics remember ads that were deleted
    select
        login,
        ad_id,
        campaign_id
    from {{ ref('stg_yandex_direct__ad_daily') }}
    where ad_id is not null and campaign_id is not null
),

ad_groups as (
    select * from {{ ref('stg_vk_ads__ad_groups') }}
),

banners as (
    select * from {{ ref('stg_vk_ads__banners') }}
),

clean_names as (
    select
        campaign_key,
        platform,
        {{ clean_mark('campaign_name') }} as campaign_name
    from names
),

list_keys as (
    select
        'id' as key_kind,
        lower(campaign_id) as key_value,
        campaign_key,
        platform
    from campaigns

    union all

    select
        'vk_group' as key_kind,
        cast(ad_group_id as string) as key_value,
        'vk_ads:' || cabinet || ':' || ad_plan_id as campaign_key,
        'vk' as platform
    from ad_groups

    union all

    select
        'ad' as key_kind,
        cast(ad_id as string) as key_value,
        'yandex_direct:' || login || ':' || campaign_id as campaign_key,
        'yandex' as platform
    from direct_ads

    union all

    select
        'ad' as key_kind,
        cast(banners.banner_id as string) as key_value,
        'vk_ads:' || ad_groups.cabinet || ':' || ad_groups.ad_plan_id as campaign_key,
        'vk' as platform
    from banners
    inner join ad_groups
        on banners.cabinet = ad_groups.cabinet and banners.ad_group_id = ad_groups.ad_group_id

    union all

    select
        'marks' as key_kind,
        concat_ws(
            chr(31), utm_source, coalesce(utm_medium, ''), coalesce(utm_campaign, '')
        ) as key_value,
        campaign_key,
        platform
    from campaigns
    where utm_source is not null and (source = 'spend_files' or utm_campaign is not null)

    union all

    select
        'name' as key_kind,
        {{ letters_and_digits('campaign_name') }} as key_value,
        campaign_key,
        platform
    from clean_names

    union all

    select
        'latin_name' as key_kind,
        {{ latin_letters_and_digits('campaign_name') }} as key_value,
        campaign_key,
        platform
    from clean_names
),

known_campaigns as (
    select list_keys.*
    from list_keys
    inner join campaigns using (campaign_key)
    where list_keys.key_value is not null
),

-- once among the campaigns of a platform, once among all of them
widen as (
    select
        key_kind,
        key_value,
        campaign_key,
        platform
    from known_campaigns

    union all

    select
        key_kind,
        key_value,
        campaign_key,
        '*' as platform
    from known_campaigns
),

-- what leads to two campaigns leads to none
keep_unambiguous as (
    select
        key_kind,
        platform,
        key_value,
        min(campaign_key) as campaign_key
    from widen
    group by key_kind, platform, key_value
    having min(campaign_key) = max(campaign_key)
)

select * from keep_unambiguous
