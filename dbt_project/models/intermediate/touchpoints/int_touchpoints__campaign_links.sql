with direct_links as (
    select * from {{ ref('int_money__direct_ad_links') }}
),

ad_groups as (
    select * from {{ ref('stg_vk_ads__ad_groups') }}
),

banners as (
    select * from {{ ref('stg_vk_ads__banners') }}
),

list_links as (
    select
        'yandex_direct:' || login || ':' || campaign_id as campaign_key,
        -- an ad without a link of its own, as of a feed of goods, cannot be judged
        lacks_utm_source as is_untagged
    from direct_links
    where lacks_utm_source is not null

    union all

    select
        'vk_ads:' || ad_groups.cabinet || ':' || ad_groups.ad_plan_id as campaign_key,
        ad_groups.utm_template is null
        and not {{ regexp_matches('banners.url', "'[?&]utm_source=[^&#]'") }} as is_untagged
    from banners
    inner join ad_groups
        on banners.cabinet = ad_groups.cabinet and banners.ad_group_id = ad_groups.ad_group_id
    where banners.url is not null
),

count_links as (
    select
        campaign_key,
        count(*) as links,
        count(*) filter (where is_untagged) as untagged_links
    from list_links
    group by campaign_key
)

select * from count_links
