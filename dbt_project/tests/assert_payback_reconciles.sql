-- What reports of payback count is what the facts hold, to the kopeck: customers' money, cost of
-- goods, spend with surcharges by the VAT policy, other costs up to the data cut, live deals. The
-- last month of a cohort's curve is the cohort; a deal paid in full carries its whole cost.
with customer_money as (
    select * from {{ ref('int_money__customer_money') }}
),

reports as (
    {% for report in ['lead_cohort', 'cash_date', 'spend_date'] %}
        select
            '{{ report }}' as report,
            currency,
            net_revenue,
            cogs,
            spend,
            {{ 'null' if report == 'spend_date' else 'other_costs' }} as other_costs,
            {{ 'null' if report == 'cash_date' else 'leads' }} as leads
        from {{ ref('rpt_payback_by_' ~ report) }}
        where dimension = 'total'
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

last_months as (
    select * from {{ ref('rpt_payback_curve') }}
    qualify row_number() over (
        partition by account_id, dimension, dimension_key, month, currency
        order by months_since desc
    ) = 1
),

sum_reports as (
    select
        report,
        currency,
        sum(net_revenue) as net_revenue,
        sum(cogs) as cogs,
        sum(spend) as spend,
        sum(other_costs) as other_costs,
        sum(leads) as leads
    from reports
    group by report, currency
),

facts as (
    select
        'net_revenue' as measure,
        currency,
        sum(amount) as amount
    from customer_money
    group by currency

    union all

    select
        'cogs' as measure,
        currency,
        sum(cogs) as amount
    from {{ ref('int_money__cogs_of_payments') }}
    group by currency

    union all

    select
        'spend' as measure,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as amount
    from {{ ref('fct_spend') }}
    group by currency

    union all

    select
        'other_costs' as measure,
        currency,
        sum(amount) as amount
    from {{ ref('int_money__marketing_costs') }}
    where cost_on <= {{ local_date(as_of()) }}
    group by currency

    union all

    select
        'leads' as measure,
        '{{ var("company_currency") }}' as currency,
        count(*) as amount
    from {{ ref('fct_deals') }}
    where not is_deleted
),

reported as (
    {% for measure, reports in {
        'net_revenue': ['lead_cohort', 'cash_date', 'spend_date'],
        'cogs': ['lead_cohort', 'cash_date', 'spend_date'],
        'spend': ['lead_cohort', 'cash_date', 'spend_date'],
        'other_costs': ['lead_cohort', 'cash_date'],
        'leads': ['lead_cohort', 'spend_date'],
    }.items() %}
        {% for report in reports %}
            select
                '{{ measure }}' as measure,
                '{{ report }}' as report,
                facts.currency,
                coalesce(facts.amount, 0) as expected,
                coalesce(sum_reports.{{ measure }}, 0) as found
            from facts
            left join sum_reports
                on facts.currency = sum_reports.currency and sum_reports.report = '{{ report }}'
            where facts.measure = '{{ measure }}'
            union all
            select
                '{{ measure }}' as measure,
                '{{ report }}' as report,
                sum_reports.currency,
                0 as expected,
                coalesce(sum_reports.{{ measure }}, 0) as found
            from sum_reports
            left join facts
                on sum_reports.currency = facts.currency and facts.measure = '{{ measure }}'
            where sum_reports.report = '{{ report }}' and facts.currency is null
            union all
        {% endfor %}
    {% endfor %}
    select
        'curve of ' || cohorts.dimension_key || ' ' || cast(cohorts.month as string) as measure,
        'curve' as report,
        cohorts.currency,
        coalesce(cohorts.net_revenue, 0) as expected,
        coalesce(last_months.cumulative_revenue, 0) as found
    from {{ ref('rpt_payback_by_lead_cohort') }} as cohorts
    left join last_months
        using (account_id, dimension, dimension_key, month, currency)
    where cohorts.dimension in ('total', 'channel')
),

paid_deals as (
    select
        customer_money.account_id,
        customer_money.deal_id,
        customer_money.currency,
        sum(customer_money.amount_gross) as paid_gross
    from customer_money
    where customer_money.deal_id is not null
    group by customer_money.account_id, customer_money.deal_id, customer_money.currency
),

carried as (
    select
        account_id,
        deal_id,
        sum(cogs) as cogs
    from {{ ref('int_money__cogs_of_payments') }}
    group by account_id, deal_id
),

compare as (
    select * from reported

    union all

    select
        'cost of deal ' || cast(deal_cogs.deal_id as string) as measure,
        'deal' as report,
        deal_cogs.currency,
        deal_cogs.cogs as expected,
        coalesce(carried.cogs, 0) as found
    from {{ ref('int_money__deal_cogs') }} as deal_cogs
    inner join paid_deals
        on
            deal_cogs.account_id = paid_deals.account_id
            and deal_cogs.deal_id = paid_deals.deal_id
            and deal_cogs.currency = paid_deals.currency
    left join carried
        on
            deal_cogs.account_id = carried.account_id
            and deal_cogs.deal_id = carried.deal_id
    where
        deal_cogs.cogs is not null
        and paid_deals.paid_gross > 0
        and paid_deals.paid_gross >= coalesce(deal_cogs.price, 0)
)

select * from compare
where expected <> found
