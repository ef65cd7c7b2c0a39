with violations as (
    select * from {{ ref('int_touchpoints__mark_violations') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

list_deals as (
    select * from {{ ref('int_touchpoints__deals_of_carriers') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

spend as (
    select
        account_id,
        campaign_key,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend
    from {{ ref('fct_spend') }}
    where currency = '{{ var("company_currency") }}'
    group by account_id, campaign_key
),

pair_deals as (
    select distinct
        violations.account_id,
        violations.violation,
        violations.mark,
        violations.raw_value,
        list_deals.deal_id
    from violations
    inner join list_deals using (account_id, carrier_kind, carrier_id)
),

sum_deals as (
    select
        pair_deals.account_id,
        pair_deals.violation,
        pair_deals.mark,
        pair_deals.raw_value,
        count(*) as leads,
        count(*) filter (where deals.status = 'won') as won,
        sum(deals.paid_amount + deals.refunded_amount) as net_paid
    from pair_deals
    inner join deals using (account_id, deal_id)
    group by all
),

-- a campaign counts once, however many of its links carry the value
pair_campaigns as (
    select distinct
        account_id,
        violation,
        mark,
        raw_value,
        carrier_id as campaign_key
    from violations
    where carrier_kind = 'campaign'
),

sum_campaigns as (
    select
        pair_campaigns.account_id,
        pair_campaigns.violation,
        pair_campaigns.mark,
        pair_campaigns.raw_value,
        count(*) as campaigns,
        sum(spend.spend) as spend
    from pair_campaigns
    left join spend using (account_id, campaign_key)
    group by all
),

list_values as (
    select
        account_id,
        violation,
        mark,
        raw_value,
        min(resembles) as resembles,
        sum(visits) as visits
    from violations
    group by account_id, violation, mark, raw_value
),

deals_of_campaigns as (
    select
        account_id,
        campaign_key,
        count(*) as leads,
        count(*) filter (where status = 'won') as won,
        sum(paid_amount + refunded_amount) as net_paid
    from deals
    where campaign_key is not null
    group by account_id, campaign_key
),

unite_rows as (
    select
        list_values.account_id,
        list_values.violation,
        list_values.mark,
        list_values.raw_value,
        list_values.resembles,
        cast(list_values.visits as bigint) as visits,
        coalesce(sum_campaigns.campaigns, 0) as campaigns,
        coalesce(sum_deals.leads, 0) as leads,
        coalesce(sum_deals.won, 0) as won,
        sum_deals.net_paid,
        coalesce(sum_campaigns.spend, 0) as spend
    from list_values
    left join sum_deals using (account_id, violation, mark, raw_value)
    left join sum_campaigns using (account_id, violation, mark, raw_value)

    union all

    -- money goes out, and what it brings cannot be told from the link
    select
        campaigns.account_id,
        'no_utm' as violation,
        'link' as mark,
        campaigns.campaign_key as raw_value,
        cast(null as string) as resembles,
        cast(0 as bigint) as visits,
        cast(1 as bigint) as campaigns,
        coalesce(deals_of_campaigns.leads, 0) as leads,
        coalesce(deals_of_campaigns.won, 0) as won,
        deals_of_campaigns.net_paid,
        spend.spend
    from campaigns
    inner join spend using (account_id, campaign_key)
    left join deals_of_campaigns using (account_id, campaign_key)
    where campaigns.is_untagged and spend.spend > 0
)

select
    -- ids
    account_id,
    -- strings
    violation,
    mark,
    raw_value,
    resembles,
    -- numbers
    visits,
    campaigns,
    leads,
    won,
    row_number() over (
        partition by account_id, violation
        order by spend desc, coalesce(net_paid, 0) desc, leads desc, mark asc, raw_value asc
    ) as place,
    -- money
    {{ money(zero_if_money_is_known('net_paid')) }} as net_paid,
    {{ money('spend') }} as spend,
    '{{ var("company_currency") }}' as currency
from unite_rows
