with days as (
    select * from {{ ref('stg_spend_files__days') }}
    where not is_superseded
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

find_rate as (
    select
        days.*,
        coalesce(days.vat_rate, vat_rates.rate, 0) as rate
    from days
    left join vat_rates
        on
            days.currency = vat_rates.currency
            and days.spend_on between vat_rates.valid_from and vat_rates.valid_to
),

count_vat as (
    select
        *,
        case when vat_mode = 'excl' then cost + {{ money('cost * rate') }} else cost end
            as cost_gross,
        case when vat_mode = 'incl' then {{ without_vat('cost', 'rate') }} else cost end
            as cost_net
    from find_rate
),

sum_rows as (
    select
        'spend_files' as source,
        cabinet,
        campaign_id,
        max(campaign_name) as campaign_name,
        utm_source,
        utm_medium,
        utm_campaign,
        currency,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(cost_gross) as decimal(18, 2)) as cost_gross,
        cast(sum(cost_net) as decimal(18, 2)) as cost_net,
        false as is_provisional,
        spend_on
    from count_vat
    group by
        cabinet, campaign_id, utm_source, utm_medium, utm_campaign, currency, spend_on
)

select * from sum_rows
