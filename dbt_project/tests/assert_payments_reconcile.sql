-- Every kopeck of the bank is in fct_payments, and the customers' part of it in each basis of the
-- report.
with documents as (
    {{ source_or_empty('raw_bank_1c', 'documents') }}
),

raw_totals as (
    select
        currency,
        sum(case when direction = 'in' then amount else -amount end) as amount
    from documents
    group by currency
),

fact_totals as (
    select
        currency,
        sum(amount) as amount,
        coalesce(
            sum({{ by_vat_policy('amount', 'amount_net') }}) filter (
                where payment_class in ('customer_payment', 'customer_refund')
            ),
            0
        ) as customer_amount
    from {{ ref('fct_payments') }}
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
        sum(net_revenue) as amount
    from {{ ref('rpt_revenue_by_channel') }}
    group by currency, basis
),

compare as (
    select
        currency,
        bases.basis,
        coalesce(raw_totals.amount, 0) as raw_amount,
        coalesce(fact_totals.amount, 0) as fact_amount,
        coalesce(fact_totals.customer_amount, 0) as fact_customer_amount,
        coalesce(report_totals.amount, 0) as report_amount
    from raw_totals
    full outer join fact_totals using (currency)
    cross join bases
    left join report_totals using (currency, basis)
)

select * from compare
where
    raw_amount <> fact_amount
    or fact_customer_amount <> report_amount
