"""What of VK Ads could not be loaded whole, as a query over the loaded tables."""

PROBLEMS = """
    select
        'unknown_value' as kind,
        object_kind || ' status ' || status as subject,
        cast(null as decimal(18, 2)) as amount,
        count(*) as rows,
        'VK documents active, blocked and deleted only; the objects are loaded all the same'
            as detail
    from (
        select 'campaign' as object_kind, status from raw_vk_ads.ad_plans
        union all
        select 'group' as object_kind, status from raw_vk_ads.ad_groups
        union all
        select 'banner' as object_kind, status from raw_vk_ads.banners
    ) as objects
    where status not in ('active', 'blocked', 'deleted')
    group by all

    union all

    select
        'unsettled_day' as kind,
        'campaign ' || days.ad_plan_id as subject,
        cast(sum(days.spent) as decimal(18, 2)) as amount,
        count(*) as rows,
        'VK gives no statistics of this campaign any more; its last day stays unsettled' as detail
    from raw_vk_ads.ad_plan_daily as days
    where
        days.is_provisional
        and not days.is_empty_day
        and days.spend_on < (
            select max(others.spend_on)
            from raw_vk_ads.ad_plan_daily as others
            where others.cabinet = days.cabinet
        )
    group by all
"""
