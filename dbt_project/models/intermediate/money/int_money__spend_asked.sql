with direct_days as (
    select * from {{ ref('stg_yandex_direct__campaign_daily') }}
),

vk_days as (
    select * from {{ ref('stg_vk_ads__ad_plan_daily') }}
),

file_rows as (
    select * from {{ ref('stg_spend_files__rows') }}
),

ad_platforms as (
    select * from {{ ref('int_money__ad_platforms') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
    where source_rule = 'deal_utm'
),

-- a day asked for and found empty is a row too
cabinet_days as (
    select distinct
        'yandex_direct' as source,
        login as cabinet,
        spend_on
    from direct_days

    union all

    select distinct
        'vk_ads' as source,
        cabinet,
        spend_on
    from vk_days
),

-- a file speaks of every day from its first to its last one of a source
file_periods as (
    select
        cabinet,
        utm_source,
        file_sha256,
        min(date_from) as first_on,
        max(date_to) as last_on
    from file_rows
    group by all
),

file_days as (
    select distinct
        cabinet,
        utm_source,
        {{ unnest(each_day('first_on', 'last_on')) }} as spend_on
    from file_periods
),

file_marks as (
    select distinct
        cabinet,
        utm_source,
        coalesce(utm_medium, 'cpc') as utm_medium
    from file_rows
),

add_channel as (
    select
        cabinet_days.source,
        cabinet_days.cabinet,
        ad_platforms.channel,
        cabinet_days.spend_on as asked_on
    from cabinet_days
    inner join ad_platforms on 'raw_' || cabinet_days.source = ad_platforms.source

    union

    select
        'spend_files' as source,
        file_days.cabinet,
        coalesce(channels.channel, 'unassigned') as channel,
        file_days.spend_on as asked_on
    from file_days
    inner join file_marks
        on
            file_days.cabinet = file_marks.cabinet
            and file_days.utm_source = file_marks.utm_source
    left join channels
        on
            file_marks.utm_source = channels.utm_source
            and file_marks.utm_medium = channels.utm_medium
)

select * from add_channel
