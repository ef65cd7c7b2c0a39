{# what was clicked on today may have been paid for last month #}
{% set days_before = 31 %}

with paid_channels as (
    select * from {{ ref('channels') }}
    where is_paid
),

deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted and utm_source is not null
),

-- several campaigns may spend on one day
spend_days as (
    select distinct
        account_id,
        campaign_key,
        utm_source,
        spend_on
    from {{ ref('fct_spend') }}
    where cost_gross > 0
),

list_deals as (
    select
        deals.account_id,
        deals.utm_source,
        coalesce(deals.utm_medium, '—') as utm_medium,
        coalesce(deals.utm_campaign, '—') as utm_campaign,
        deals.deal_id,
        deals.channel,
        deals.campaign_key,
        coalesce(deals.paid_amount, 0) + coalesce(deals.refunded_amount, 0) as net_paid,
        deals.created_on
    from deals
    inner join paid_channels on deals.channel = paid_channels.channel
),

sum_groups as (
    select
        account_id,
        utm_source,
        utm_medium,
        utm_campaign,
        min(channel) as channel,
        count(*) as leads,
        sum(net_paid) as net_paid,
        min(created_on) as first_on,
        max(created_on) as last_on
    from list_deals
    group by account_id, utm_source, utm_medium, utm_campaign
),

list_keys as (
    select distinct
        account_id,
        utm_source,
        utm_medium,
        utm_campaign,
        'campaign' as told_by,
        campaign_key as spend_key
    from list_deals
    where campaign_key is not null

    union all

    select
        account_id,
        utm_source,
        utm_medium,
        utm_campaign,
        'source' as told_by,
        utm_source as spend_key
    from sum_groups
),

days_of_keys as (
    select distinct
        account_id,
        'campaign' as told_by,
        campaign_key as spend_key,
        spend_on
    from spend_days

    union all

    select distinct
        account_id,
        'source' as told_by,
        utm_source as spend_key,
        spend_on
    from spend_days
    where utm_source is not null
),

find_spend as (
    select
        list_keys.account_id,
        list_keys.utm_source,
        list_keys.utm_medium,
        list_keys.utm_campaign,
        count(*) as spend_days
    from list_keys
    inner join sum_groups using (account_id, utm_source, utm_medium, utm_campaign)
    inner join days_of_keys
        on
            list_keys.account_id = days_of_keys.account_id
            and list_keys.told_by = days_of_keys.told_by
            and list_keys.spend_key = days_of_keys.spend_key
    where
        days_of_keys.spend_on >= {{ add_days('sum_groups.first_on', -days_before) }}
        and days_of_keys.spend_on <= sum_groups.last_on
    group by
        list_keys.account_id, list_keys.utm_source, list_keys.utm_medium, list_keys.utm_campaign
)

select
    -- ids
    account_id,
    utm_source,
    utm_medium,
    utm_campaign,
    {{ frame_columns({
        'entity_name': "utm_source || ' / ' || utm_medium || ' / ' || utm_campaign",
        'channel': 'sum_groups.channel',
        'money_at_stake': 'sum_groups.net_paid',
    }) }},
    -- numbers
    sum_groups.leads,
    -- booleans
    find_spend.spend_days is null as is_without_spend,
    -- days, in the company's zone
    sum_groups.first_on,
    sum_groups.last_on
from sum_groups
left join find_spend using (account_id, utm_source, utm_medium, utm_campaign)
