{% set marks = ['spend.utm_source', 'spend.utm_medium', 'spend.utm_campaign'] %}
{# nobody is unpaid where nobody was asked #}
{% set unpaid = 'deals_unpaid' if enabled_money_feeds() else 'deals_payment_unknown' %}
{% set cost = by_vat_policy('spend.cost_gross', 'spend.cost_net') %}

with spend as (
    select * from {{ ref('fct_spend') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

records as (
    select * from {{ ref('int_provenance__records') }}
    where record_kind = 'spend'
),

-- a card that was deleted brought a deal only if money came by it
count_deals as (
    select
        campaign_key,
        count(*) as deals,
        count(*) filter (where paid_amount > 0) as paid_deals
    from deals
    where campaign_key is not null and (not is_deleted or coalesce(paid_amount, 0) > 0)
    group by campaign_key
),

join_deals as (
    select
        spend.*,
        {{ cost }} as cost,
        {{ spend_record_id('spend.cabinet', 'spend.campaign_id', 'spend.spend_on') }}
            as campaign_day_id,
        {{ spend_record_id('spend.cabinet', 'spend.campaign_id', 'spend.spend_on', marks) }}
            as marked_day_id,
        coalesce(count_deals.deals, 0) as deals,
        coalesce(count_deals.paid_deals, 0) as paid_deals
    from spend
    left join count_deals on spend.campaign_key = count_deals.campaign_key
),

choose_bucket as (
    select
        *,
        case when source = 'spend_files' then marked_day_id else campaign_day_id end as record_id,
        case
            when is_cost_missing then 'unknown_cost'
            when
                campaign_key is null or campaign_id = '--' or right(campaign_key, 1) = ':'
                then 'no_campaign'
            when deals = 0 then 'without_deals'
            when paid_deals = 0 then '{{ unpaid }}'
            else 'paid_deals'
        end as bucket
    from join_deals
),

-- what comes on top is no cost that a cabinet tells of: a part of its own
split_parts as (
    select
        *,
        'cost' as part,
        bucket as part_bucket,
        cost as amount,
        cost_gross_original as amount_original
    from choose_bucket

    union all

    select
        *,
        'surcharge' as part,
        'surcharge' as part_bucket,
        surcharge as amount,
        cast(null as decimal(18, 2)) as amount_original
    from choose_bucket
    where surcharge <> 0
)

select
    -- ids
    split_parts.account_id,
    split_parts.source,
    split_parts.cabinet,
    split_parts.campaign_key,
    split_parts.campaign_id,
    records.load_id,
    -- strings
    split_parts.part,
    split_parts.part_bucket as bucket,
    split_parts.campaign_name,
    split_parts.channel,
    split_parts.placement,
    split_parts.utm_source,
    split_parts.utm_medium,
    split_parts.utm_campaign,
    records.raw_table,
    records.load_rule,
    -- numbers
    split_parts.clicks,
    split_parts.deals,
    split_parts.paid_deals,
    -- money
    split_parts.amount,
    split_parts.currency,
    split_parts.amount_original,
    split_parts.currency_original,
    -- booleans
    split_parts.is_provisional,
    -- days, as the cabinet counts them
    split_parts.spend_on,
    -- timestamps
    records.loaded_at
from split_parts
left join records
    on
        split_parts.source = records.source
        and split_parts.record_id = records.record_id
