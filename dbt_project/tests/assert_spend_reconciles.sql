-- What every feed told is what fct_spend holds in the feed's own currency, and what fct_spend holds
-- is what each basis of the report sums to. Exact to the kopeck, but for half a kopeck a row where
-- a cabinet reports fractions of one (Direct) or a file leaves VAT to be put on day by day.
with direct_days as (
    {{ source_or_empty('raw_yandex_direct', 'campaign_daily') }}
),

vk_days as (
    {{ source_or_empty('raw_vk_ads', 'ad_plan_daily') }}
),

vk_cabinets as (
    select * from {{ ref('stg_vk_ads__cabinets') }}
),

file_days as (
    select * from {{ ref('stg_spend_files__days') }}
    where not is_superseded
),

vat_rates as (
    select * from {{ ref('vat_rates') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
),

-- amounts in millionths, by the side of VAT that the feed states
told as (
    select
        'yandex_direct' as source,
        'gross' as side,
        coalesce(currency, '{{ var("company_currency") }}') as currency,
        sum(cast(cost_micros as decimal(38, 0))) as micros,
        count(*) filter (where cost_micros % 10000 <> 0) * 5000 as allowed_micros
    from direct_days
    where cost_micros is not null
    group by all

    union all

    select
        'vk_ads' as source,
        case when vk_cabinets.costs_include_vat then 'gross' else 'net' end as side,
        coalesce(vk_cabinets.currency, '{{ var("company_currency") }}') as currency,
        cast(sum(vk_days.spent) * 1000000 as decimal(38, 0)) as micros,
        0 as allowed_micros
    from vk_days
    left join vk_cabinets on vk_days.cabinet = vk_cabinets.cabinet
    where vk_days.spent is not null
    group by all

    union all

    select
        'spend_files' as source,
        'gross' as side,
        file_days.currency,
        cast(
            sum(
                file_days.cost * case
                    when file_days.vat_mode = 'excl'
                        then 1 + coalesce(file_days.vat_rate, vat_rates.rate, 0)
                    else 1
                end
            ) * 1000000 as decimal(38, 0)
        ) as micros,
        count(*) filter (where file_days.vat_mode = 'excl') * 5000 as allowed_micros
    from file_days
    left join vat_rates
        on
            file_days.currency = vat_rates.currency
            and file_days.spend_on between vat_rates.valid_from and vat_rates.valid_to
    group by all
),

-- a feed of several cabinets may state one side here and the other there
told_sides as (
    select distinct
        source,
        side,
        currency
    from told
),

held as (
    select
        spend.source,
        told_sides.side,
        spend.currency_original as currency,
        sum(
            case
                when told_sides.side = 'net' then spend.cost_net_original
                else spend.cost_gross_original
            end
        ) as amount
    from spend
    left join vk_cabinets on spend.cabinet = vk_cabinets.cabinet and spend.source = 'vk_ads'
    left join told_sides
        on
            spend.source = told_sides.source
            and spend.currency_original = told_sides.currency
            and (
                spend.source <> 'vk_ads'
                or (told_sides.side = 'gross') = coalesce(vk_cabinets.costs_include_vat, true)
            )
    group by all
),

bases as (
    select 'lead_cohort' as basis
    union all
    select 'cash_date' as basis
),

in_company_money as (
    select
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as amount
    from spend
    group by currency
),

reported as (
    select
        currency,
        basis,
        sum(spend) as amount
    from {{ ref('rpt_revenue_by_channel') }}
    where spend is not null
    group by currency, basis
),

compare as (
    select
        source || ', ' || coalesce(side, 'unknown') as subject,
        currency,
        coalesce(told.micros, 0) as expected_micros,
        coalesce(held.amount, 0) * 1000000 as found_micros,
        coalesce(told.allowed_micros, 0) as allowed_micros
    from told
    full outer join held using (source, side, currency)

    union all

    select
        'report, ' || bases.basis as subject,
        in_company_money.currency,
        in_company_money.amount * 1000000 as expected_micros,
        coalesce(reported.amount, 0) * 1000000 as found_micros,
        0 as allowed_micros
    from in_company_money
    cross join bases
    left join reported
        on
            in_company_money.currency = reported.currency
            and bases.basis = reported.basis
)

select * from compare
where abs(expected_micros - found_micros) > allowed_micros
