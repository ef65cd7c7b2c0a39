with ad_platforms as (
    select * from {{ ref('ad_platforms') }}
    where source in ({{ enabled_sources_list() }})
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
    where source_rule = 'deal_utm'
),

-- what a cabinet's money is spent on follows from the cabinet, not from tags that may be wrong
join_channel as (
    select
        ad_platforms.source,
        ad_platforms.utm_source as placement,
        channels.channel
    from ad_platforms
    left join channels
        on
            ad_platforms.utm_source = channels.utm_source
            and ad_platforms.utm_medium = channels.utm_medium
)

select * from join_channel
