with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

cogs_of_payments as (
    select * from {{ ref('int_money__cogs_of_payments') }}
),

customer_money as (
    select
        customer_money.*,
        cogs_of_payments.cogs
    from {{ ref('int_money__customer_money') }} as customer_money
    left join cogs_of_payments
        on
            customer_money.account_id = cogs_of_payments.account_id
            and customer_money.payment_id = cogs_of_payments.payment_id
            and customer_money.deal_id = cogs_of_payments.deal_id
),

bases as (
    select 'lead_cohort' as basis
    union all
    select 'cash_date' as basis
),

count_leads as (
    select
        account_id,
        {{ month_of('created_on') }} as month,
        channel,
        'lead_cohort' as basis,
        '{{ var("company_currency") }}' as currency,
        count(*) as leads,
        count(*) filter (where status = 'won') as won
    from deals
    group by all
),

-- deals that were deleted after they paid bring no leads here, but their money stays
sum_money as (
    select
        customer_money.account_id,
        case
            when bases.basis = 'cash_date' then customer_money.cash_month
            else customer_money.cohort_month
        end as month,
        customer_money.channel,
        bases.basis,
        customer_money.currency,
        count(distinct customer_money.deal_id)
        filter (
            where
            bases.basis = 'cash_date'
            and customer_money.is_won
            and customer_money.payment_class = 'customer_payment'
        ) as paid_and_won,
        count(distinct customer_money.deal_id)
        filter (where customer_money.payment_class = 'customer_payment') as paying_deals,
        sum(customer_money.amount)
        filter (where customer_money.payment_class = 'customer_payment') as revenue,
        sum(customer_money.amount)
        filter (where customer_money.payment_class = 'customer_refund') as refunds,
        sum(customer_money.amount)
        filter (where customer_money.cogs is not null) as revenue_with_cogs,
        sum(customer_money.cogs) as cogs,
        count(*) as money_rows,
        count(customer_money.cogs) as cogs_rows
    from customer_money
    cross join bases
    group by all
),

spend_by_basis as (
    select
        spend_months.*,
        bases.basis
    from {{ ref('int_money__spend_months') }} as spend_months
    cross join bases
),

join_parts as (
    select
        account_id,
        month,
        channel,
        basis,
        currency,
        case
            when basis = 'lead_cohort'
                then {{ zero_if_crm_is_known('count_leads.leads') }}
        end as leads,
        {{ zero_if_crm_is_known('coalesce(count_leads.won, sum_money.paid_and_won)') }}
            as won,
        {{ zero_if_money_is_known('sum_money.paying_deals') }} as paying_deals,
        {{ zero_if_money_is_known('sum_money.revenue') }} as revenue,
        {{ zero_if_money_is_known('sum_money.refunds') }} as refunds,
        sum_money.revenue_with_cogs,
        sum_money.cogs,
        sum_money.money_rows,
        sum_money.cogs_rows,
        spend_by_basis.spend
    from count_leads
    full outer join sum_money using (account_id, month, channel, basis, currency)
    full outer join spend_by_basis using (account_id, month, channel, basis, currency)
),

add_coverage as (
    select
        *,
        revenue + refunds as net_revenue,
        cast(
            sum(
                case
                    when channel in {{ sourceless_channels() }} then 0 else revenue + refunds
                end
            ) over month_total as double
        ) / nullif(sum(revenue + refunds) over month_total, 0) as coverage
    from join_parts
    window month_total as (partition by account_id, month, basis, currency)
),

add_profit as (
    select
        *,
        {{ gross_profit() }} as gross_profit,
        {{ gross_profit_status() }} as gross_profit_status,
        {{ cogs_coverage() }} as cogs_coverage
    from add_coverage
)

select
    account_id,
    month,
    channel,
    basis,
    gross_profit_status,
    leads,
    won,
    paying_deals,
    {{ money('revenue') }} as revenue,
    {{ money('refunds') }} as refunds,
    {{ money('net_revenue') }} as net_revenue,
    {{ money('revenue_with_cogs') }} as revenue_with_cogs,
    {{ money('cogs') }} as cogs,
    {{ money('gross_profit') }} as gross_profit,
    {{ money('spend') }} as spend,
    currency,
    case
        when coalesce(coverage, 1) >= {{ var('minimum_coverage') }}
            then cast(net_revenue as double) / nullif(spend, 0)
    end as roas,
    case
        when coalesce(coverage, 1) >= {{ var('minimum_coverage') }} and net_revenue > 0
            then cast(spend as double) / net_revenue
    end as drr,
    {{ ratio_if_covered('gross_profit - spend', 'spend', 'coverage') }} as romi,
    coverage,
    cogs_coverage
from add_profit
