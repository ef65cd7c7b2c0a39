with spend as (
    select * from {{ ref('int_money__spend') }}
),

ad_platforms as (
    select * from {{ ref('int_money__ad_platforms') }}
),

channels as (
    select * from {{ ref('int_touchpoints__channels') }}
    where source_rule = 'deal_utm'
),

surcharges as (
    select * from {{ ref('int_money__spend_surcharges') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

-- what a cabinet's money is spent on follows from the platform, not from tags that may be wrong;
-- files are of any platform, so there the marks tell, and a row without a medium is advertising
add_channel as (
    select
        spend.*,
        coalesce(ad_platforms.channel, channels.channel, 'unassigned') as channel,
        coalesce(ad_platforms.placement, spend.utm_source) as placement
    from spend
    left join ad_platforms on 'raw_' || spend.source = ad_platforms.source
    left join channels
        on
            ad_platforms.source is null
            and spend.utm_source = channels.utm_source
            and coalesce(spend.utm_medium, 'cpc') = channels.utm_medium
),

fill_gaps as (
    select
        *,
        coalesce(currency, '{{ var("company_currency") }}') as currency_original,
        coalesce(cost_gross, 0) as cost_gross_original
    from add_channel
),

take_vat_off as (
    select
        fill_gaps.*,
        coalesce(
            fill_gaps.cost_net,
            {{ without_vat('fill_gaps.cost_gross_original', 'coalesce(vat_rates.rate, 0)') }}
        ) as cost_net_original
    from fill_gaps
    left join vat_rates
        on
            fill_gaps.currency_original = vat_rates.currency
            and fill_gaps.spend_on between vat_rates.valid_from and vat_rates.valid_to
),

convert_money as (
    select
        take_vat_off.source,
        take_vat_off.cabinet,
        take_vat_off.campaign_id,
        take_vat_off.spend_on,
        take_vat_off.currency_original,
        {{ to_company_currency(
            'take_vat_off.cost_gross_original', 'take_vat_off.currency_original'
        ) }} as cost_gross,
        {{ to_company_currency(
            'take_vat_off.cost_net_original', 'take_vat_off.currency_original'
        ) }} as cost_net,
        take_vat_off.campaign_name,
        take_vat_off.channel,
        take_vat_off.placement,
        take_vat_off.utm_source,
        take_vat_off.utm_medium,
        take_vat_off.utm_campaign,
        take_vat_off.impressions,
        take_vat_off.clicks,
        take_vat_off.cost_gross_original,
        take_vat_off.cost_net_original,
        {{ company_currency('take_vat_off.currency_original') }} as currency,
        {{ rate_flag('take_vat_off.currency_original') }} as rate_flag,
        coalesce(take_vat_off.is_provisional, false) as is_provisional,
        take_vat_off.cost_gross is null as is_cost_missing
    from take_vat_off
    left join rates
        on
            take_vat_off.currency_original = rates.currency
            and take_vat_off.spend_on = rates.rate_on
)

select
    -- ids
    account.account_id,
    convert_money.source,
    convert_money.cabinet,
    convert_money.campaign_id,
    {{ campaign_key('convert_money') }} as campaign_key,
    -- strings
    convert_money.campaign_name,
    convert_money.channel,
    convert_money.placement,
    convert_money.utm_source,
    convert_money.utm_medium,
    convert_money.utm_campaign,
    -- numbers
    convert_money.impressions,
    convert_money.clicks,
    -- money
    convert_money.cost_gross,
    convert_money.cost_net,
    {{ money(
        by_vat_policy('convert_money.cost_gross', 'convert_money.cost_net')
        ~ ' * coalesce(surcharges.percent, 0) * cast(0.01 as decimal(3, 2))'
    ) }} as surcharge,
    convert_money.currency,
    convert_money.cost_gross_original,
    convert_money.cost_net_original,
    convert_money.currency_original,
    convert_money.rate_flag,
    -- booleans
    convert_money.is_provisional,
    convert_money.is_cost_missing,
    -- days, as the cabinet counts them
    convert_money.spend_on
from convert_money
cross join account
left join surcharges
    on
        convert_money.source = surcharges.source
        and convert_money.cabinet = surcharges.cabinet
        and convert_money.spend_on = surcharges.spend_on
