-- What the cabinets reported is what fct_spend holds and what each basis of the report sums to.
-- Exact to the kopeck; where a cabinet reports fractions of one, half a kopeck a row is allowed.
with raw_days as (
    {{ source_or_empty('raw_yandex_direct', 'campaign_daily') }}
),

raw_totals as (
    select
        currency,
        sum(cast(cost_micros as decimal(38, 0))) as micros,
        count(*) filter (where cost_micros % 10000 <> 0) as fractional_rows
    from raw_days
    where cost_micros is not null
    group by currency
),

fact_totals as (
    select
        currency,
        sum(cost_gross) as cost_gross,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }}) as spend
    from {{ ref('fct_spend') }}
    group by currency
),

bases as (
    select 'lead_cohort' as basis
    union all
    select 'cash_date' as basis
),

report_totals as (
    select
        currency,
        basis,
        sum(spend) as spend
    from {{ ref('rpt_revenue_by_channel') }}
    where spend is not null
    group by currency, basis
),

compare as (
    select
        currency,
        bases.basis,
        coalesce(raw_totals.micros, 0) as raw_micros,
        coalesce(fact_totals.cost_gross, 0) as fact_gross,
        coalesce(fact_totals.spend, 0) as fact_spend,
        coalesce(report_totals.spend, 0) as report_spend,
        coalesce(raw_totals.fractional_rows, 0) * 5000 as allowed_micros
    from raw_totals
    full outer join fact_totals using (currency)
    cross join bases
    left join report_totals using (currency, basis)
)

select * from compare
where
    abs(raw_micros - fact_gross * 1000000) > allowed_micros
    or fact_spend <> report_spend
