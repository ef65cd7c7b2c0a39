{% set lookback = var('attribution_lookback_days') %}

with records as (
    select
        *,
        case
            when yclid is not null then 'yandex'
            when rb_clickid is not null then 'vk'
            when gclid is not null then 'google'
        end as click_platform
    from {{ ref('int_touchpoints__records') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
    where source_rule = 'deal_utm'
),

known_channels as (
    select * from {{ ref('channels') }}
),

campaigns_of_marks as (
    select * from {{ ref('int_touchpoints__campaigns_of_marks') }}
),

campaign_keys as (
    select * from {{ ref('int_touchpoints__campaign_keys') }}
    where key_kind = 'id'
),

campaigns as (
    select * from {{ ref('int_touchpoints__campaigns') }}
),

spend as (
    select * from {{ ref('int_money__spend') }}
    where coalesce(cost_gross, 0) <> 0
),

join_channels as (
    select
        records.account_id,
        records.record_kind,
        records.record_id,
        records.utm_source,
        records.utm_medium,
        records.utm_campaign,
        records.utm_content,
        records.utm_term,
        records.yclid,
        records.gclid,
        records.rb_clickid,
        records.ym_uid,
        records.referrer_host,
        records.told_by,
        records.click_platform,
        records.direct_campaign_id,
        records.occurred_at,
        coalesce(channels.channel, stated.channel, 'unknown') as channel,
        -- '' where only the kind of traffic is known
        case
            when records.match_source <> '(direct)' then nullif(records.match_source, '')
        end as placement,
        nullif(records.match_medium, '') as told_medium,
        campaigns_of_marks.campaign_key as marks_campaign_key,
        campaigns_of_marks.join_method as marks_join_method
    from records
    left join channels
        on
            records.match_source = channels.utm_source
            and records.match_medium = channels.utm_medium
    left join known_channels as stated on records.stated_channel = stated.channel
    left join campaigns_of_marks
        on
            coalesce(records.match_source, '') = campaigns_of_marks.match_source
            and coalesce(records.match_medium, '') = campaigns_of_marks.match_medium
            and coalesce(records.utm_campaign, '') = campaigns_of_marks.utm_campaign
            and coalesce(records.utm_content, '') = campaigns_of_marks.utm_content
),

-- Metrica knows the campaign of Direct that a click came from
direct_visits as (
    select
        join_channels.account_id,
        join_channels.record_id,
        join_channels.yclid,
        join_channels.ym_uid,
        join_channels.occurred_at,
        campaign_keys.campaign_key
    from join_channels
    inner join campaign_keys
        on
            cast(join_channels.direct_campaign_id as string) = campaign_keys.key_value
            and campaign_keys.platform = 'yandex'
    where join_channels.record_kind = 'visit'
),

campaigns_of_clicks as (
    select
        account_id,
        yclid,
        min(campaign_key) as campaign_key
    from direct_visits
    where yclid is not null
    group by account_id, yclid
    having min(campaign_key) = max(campaign_key)
),

-- advertising of Yandex whose marks name no campaign
ask_clients as (
    select
        account_id,
        record_kind,
        record_id,
        ym_uid,
        occurred_at
    from join_channels
    where
        record_kind <> 'visit'
        and marks_campaign_key is null
        and ym_uid is not null
        and placement = 'yandex'
        and channel = 'paid_search'
),

campaigns_of_clients as (
    select
        ask_clients.account_id,
        ask_clients.record_kind,
        ask_clients.record_id,
        max_by(
            direct_visits.campaign_key,
            cast(direct_visits.occurred_at as string) || direct_visits.record_id
        ) as campaign_key
    from ask_clients
    inner join direct_visits
        on
            ask_clients.account_id = direct_visits.account_id
            and ask_clients.ym_uid = direct_visits.ym_uid
    where
        {{ seconds_between('direct_visits.occurred_at', 'ask_clients.occurred_at') }}
        between -3600 and {{ lookback * 86400 }}
    group by ask_clients.account_id, ask_clients.record_kind, ask_clients.record_id
),

only_campaigns_of_days as (
    select
        campaigns.platform,
        spend.spend_on,
        min(campaigns.campaign_key) as campaign_key
    from spend
    inner join campaigns on {{ campaign_key('spend') }} = campaigns.campaign_key
    group by campaigns.platform, spend.spend_on
    having min(campaigns.campaign_key) = max(campaigns.campaign_key)
),

find_campaigns as (
    select
        join_channels.*,
        coalesce(
            direct_visits.campaign_key,
            campaigns_of_clicks.campaign_key,
            campaigns_of_clients.campaign_key,
            only_campaigns_of_days.campaign_key
        ) as click_campaign_key
    from join_channels
    left join direct_visits
        on
            join_channels.account_id = direct_visits.account_id
            and join_channels.record_id = direct_visits.record_id
            and join_channels.record_kind = 'visit'
    left join campaigns_of_clicks
        on
            join_channels.account_id = campaigns_of_clicks.account_id
            and join_channels.yclid = campaigns_of_clicks.yclid
    left join campaigns_of_clients
        on
            join_channels.account_id = campaigns_of_clients.account_id
            and join_channels.record_kind = campaigns_of_clients.record_kind
            and join_channels.record_id = campaigns_of_clients.record_id
    left join only_campaigns_of_days
        on
            join_channels.click_platform = only_campaigns_of_days.platform
            and {{ local_date('join_channels.occurred_at') }} = only_campaigns_of_days.spend_on
)

select
    account_id,
    record_kind,
    record_id,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    yclid,
    gclid,
    rb_clickid,
    ym_uid,
    referrer_host,
    told_by,
    told_medium,
    channel,
    placement,
    coalesce(marks_campaign_key, click_campaign_key) as campaign_key,
    case
        when marks_campaign_key is not null then marks_join_method
        when click_campaign_key is not null then 'click_id'
        when channel <> 'unknown' then 'source_only'
    end as join_method,
    occurred_at
from find_campaigns
