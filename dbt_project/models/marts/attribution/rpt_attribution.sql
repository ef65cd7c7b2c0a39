with credits as (
    select * from {{ ref('fct_attribution_credits') }}
),

models as (
    {{ rows_of(attribution_models(), 'model') }}
),

bases as (
    {{ rows_of(['lead_cohort', 'cash_date'], 'basis') }}
),

sum_credits as (
    select
        account_id,
        cash_month,
        cohort_month,
        channel,
        model,
        currency,
        sum(amount) filter (where payment_class = 'customer_payment') as revenue,
        sum(amount) filter (where payment_class = 'customer_refund') as refunds,
        -- exact, so that the order of adding changes nothing
        sum({{ exact_weight('weight') }}) filter (where is_first_payment) as cohort_deals,
        sum({{ exact_weight('weight') }}) filter (where is_first_in_month) as cash_deals
    from credits
    group by account_id, cash_month, cohort_month, channel, model, currency
),

sum_months as (
    select
        sum_credits.account_id,
        case
            when bases.basis = 'cash_date' then sum_credits.cash_month
            else sum_credits.cohort_month
        end as month,
        sum_credits.channel,
        bases.basis,
        sum_credits.model,
        sum_credits.currency,
        sum(
            case
                when bases.basis = 'cash_date' then sum_credits.cash_deals
                else sum_credits.cohort_deals
            end
        ) as deals,
        sum(sum_credits.revenue) as revenue,
        sum(sum_credits.refunds) as refunds
    from sum_credits
    cross join bases
    group by all
),

-- what was spent does not depend on how revenue is credited
repeat_spend as (
    select
        spend_months.*,
        bases.basis,
        models.model
    from {{ ref('int_money__spend_months') }} as spend_months
    cross join bases
    cross join models
),

join_parts as (
    select
        account_id,
        month,
        channel,
        basis,
        model,
        currency,
        cast({{ zero_if_money_is_known('sum_months.deals') }} as double) as deals,
        {{ zero_if_money_is_known('sum_months.revenue') }} as revenue,
        {{ zero_if_money_is_known('sum_months.refunds') }} as refunds,
        repeat_spend.spend
    from sum_months
    full outer join repeat_spend using (account_id, month, channel, basis, model, currency)
),

total_months as (
    select
        *,
        revenue + refunds as net_revenue,
        sum(revenue + refunds) over month_total as month_revenue,
        sum(
            case
                when channel in {{ channels_without_source() }} then 0
                else revenue + refunds
            end
        ) over month_total as known_revenue
    from join_parts
    window month_total as (partition by account_id, month, basis, model, currency)
),

add_coverage as (
    select
        *,
        cast(known_revenue as double) / nullif(month_revenue, 0) as coverage
    from total_months
)

select
    -- ids
    account_id,
    -- strings
    model,
    basis,
    channel,
    -- numbers
    deals,
    -- money
    {{ money('revenue') }} as revenue,
    {{ money('refunds') }} as refunds,
    {{ money('net_revenue') }} as net_revenue,
    {{ money('spend') }} as spend,
    currency,
    -- ratios
    case
        when coalesce(coverage, 1) >= {{ var('minimum_coverage') }}
            then cast(net_revenue as double) / nullif(spend, 0)
    end as roas,
    case
        when coalesce(coverage, 1) >= {{ var('minimum_coverage') }} and net_revenue > 0
            then cast(spend as double) / net_revenue
    end as drr,
    case
        when coverage >= {{ var('minimum_coverage') }} and month_revenue > 0
            then cast(net_revenue as double) / month_revenue
    end as share,
    coverage,
    -- days
    month
from add_coverage
