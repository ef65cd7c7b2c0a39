with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

spend as (
    select * from {{ ref('fct_spend') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

spend_months as (
    select distinct
        account_id,
        channel,
        month
    from {{ ref('int_money__spend_months') }}
),

-- the campaign tells the channel; a deal without one has only its own
place_deals as (
    select
        deals.account_id,
        {{ month_of('deals.created_on') }} as month,
        deals.campaign_key,
        coalesce(campaigns.channel, deals.channel) as channel,
        deals.status,
        deals.join_method,
        coalesce(deals.paid_amount, 0) + coalesce(deals.refunded_amount, 0) as net_paid
    from deals
    left join campaigns
        on
            deals.account_id = campaigns.account_id
            and deals.campaign_key = campaigns.campaign_key
),

-- NULL joins nothing: a campaign that is not known needs a key too
count_leads as (
    select
        account_id,
        month,
        coalesce(campaign_key, '') as campaign_key,
        channel,
        '{{ var("company_currency") }}' as currency,
        count(*) as leads,
        count(*) filter (where status = 'won') as won,
        count(*) filter (where net_paid > 0) as paying_deals,
        sum(net_paid) as net_paid
    from place_deals
    group by all
),

sum_spend as (
    select
        spend.account_id,
        {{ month_of('spend.spend_on') }} as month,
        spend.campaign_key,
        campaigns.channel,
        spend.currency,
        sum(spend.impressions) as impressions,
        sum(spend.clicks) as clicks,
        sum({{ by_vat_policy('spend.cost_gross', 'spend.cost_net') }} + spend.surcharge) as spend
    from spend
    inner join campaigns using (account_id, campaign_key)
    group by all
),

join_parts as (
    select
        account_id,
        month,
        nullif(campaign_key, '') as campaign_key,
        channel,
        currency,
        sum_spend.impressions,
        sum_spend.clicks,
        {{ zero_if_crm_is_known('count_leads.leads') }} as leads,
        {{ zero_if_crm_is_known('count_leads.won') }} as won,
        {{ zero_if_money_is_known('count_leads.paying_deals') }} as paying_deals,
        -- nothing paid is known to be nothing only where some feed of money was asked
        case
            when {{ zero_if_money_is_known('cast(null as bigint)') }} = 0
                then coalesce(count_leads.net_paid, 0)
        end as net_paid,
        sum_spend.spend
    from count_leads
    full outer join sum_spend using (account_id, month, campaign_key, channel, currency)
),

add_coverage as (
    select
        join_parts.*,
        -- no spend is none where the channel's feed spoke of the month, and not known elsewhere
        coalesce(
            join_parts.spend, case when spend_months.month is not null then 0 end
        ) as known_spend,
        cast(
            sum(
                case when join_parts.campaign_key is not null then join_parts.leads else 0 end
            ) over channel_month as double
        ) / nullif(sum(join_parts.leads) over channel_month, 0) as coverage
    from join_parts
    left join spend_months
        on
            join_parts.account_id = spend_months.account_id
            and join_parts.channel = spend_months.channel
            and join_parts.month = spend_months.month
    window channel_month as (
        partition by join_parts.account_id, join_parts.month, join_parts.channel
    )
)

select
    -- ids
    add_coverage.account_id,
    add_coverage.campaign_key,
    campaigns.source,
    campaigns.cabinet,
    campaigns.campaign_id,
    -- strings
    campaigns.campaign_name,
    add_coverage.channel,
    campaigns.placement,
    case when add_coverage.campaign_key is null then 'campaign_unknown' else 'campaign' end
        as bucket,
    -- numbers
    cast(add_coverage.impressions as bigint) as impressions,
    cast(add_coverage.clicks as bigint) as clicks,
    add_coverage.leads,
    add_coverage.won,
    add_coverage.paying_deals,
    -- money
    {{ money('add_coverage.known_spend') }} as spend,
    {{ money('add_coverage.net_paid') }} as net_paid,
    add_coverage.currency,
    -- ratios
    case
        when
            add_coverage.campaign_key is not null
            and coalesce(add_coverage.coverage, 1) >= {{ var('minimum_coverage') }}
            then
                cast(add_coverage.net_paid as double)
                / nullif(cast(add_coverage.known_spend as double), 0)
    end as roas,
    add_coverage.coverage,
    -- booleans
    campaigns.is_untagged,
    -- days
    add_coverage.month
from add_coverage
left join campaigns
    on
        add_coverage.account_id = campaigns.account_id
        and add_coverage.campaign_key = campaigns.campaign_key
