with deal_marks as (
    select * from {{ ref('int_touchpoints__resolved_marks') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
),

join_channel as (
    select
        deal_marks.account_id,
        deal_marks.deal_id,
        deal_marks.source_rule,
        deal_marks.source_name as source_raw,
        deal_marks.utm_source,
        deal_marks.utm_medium,
        deal_marks.utm_campaign,
        deal_marks.utm_content,
        deal_marks.utm_term,
        channels.channel,
        deal_marks.utm_source as placement
    from deal_marks
    left join channels
        on
            deal_marks.source_rule = channels.source_rule
            and deal_marks.match_source = channels.utm_source
            and deal_marks.match_medium = channels.utm_medium
            and deal_marks.match_name = channels.source_name
)

select * from join_channel
