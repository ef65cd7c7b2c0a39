-- The keys of every dimension of payback sum to total, measure by measure; managers have no spend
-- and only channels have other costs. The days of the report by spend date are the months of the
-- one by lead cohort.
{% set money = [
    'revenue', 'refunds', 'net_revenue', 'repeat_revenue', 'revenue_with_cogs', 'cogs',
] %}
{% set spend = ['spend', 'spend_gross', 'spend_net', 'surcharge'] %}
{% set reports = {
    'rpt_payback_by_lead_cohort': [
        'leads', 'new_leads', 'qualified_leads', 'won', 'paid_deals', 'new_customers',
        'repeat_customers',
    ],
    'rpt_payback_by_cash_date': ['paid_deals', 'new_customers', 'repeat_customers'],
    'rpt_payback_by_spend_date': [
        'leads', 'new_leads', 'qualified_leads', 'won', 'paid_deals', 'new_customers',
    ],
} %}
{% set spend_date_measures = money + spend + reports['rpt_payback_by_spend_date'] %}

with cohort_months as (
    select * from {{ ref('rpt_payback_by_lead_cohort') }}
),

spend_days as (
    select
        *,
        {{ month_of('spend_on') }} as month
    from {{ ref('rpt_payback_by_spend_date') }}
),

list_sums as (
    {% for report, counts in reports.items() %}
        {% set period = 'spend_on' if report == 'rpt_payback_by_spend_date' else 'month' %}
        {% for measure in money + spend + ['other_costs'] + counts %}
            {% if not (measure == 'other_costs' and period == 'spend_on') %}
                select
                    '{{ report }} {{ measure }}' as subject,
                    {{ period }} as period_on,
                    currency,
                    dimension,
                    coalesce(sum({{ measure }}), 0) as amount
                from {{ ref(report) }}
                where
                    true
                    {% if measure in spend %}
                        and dimension not in ('manager', 'manager_originator')
                    {% elif measure == 'other_costs' %}
                        and dimension in ('total', 'channel')
                    {% endif %}
                group by all
                union all
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% for measure in spend_date_measures %}
        select
            'spend date against lead cohort {{ measure }}' as subject,
            month as period_on,
            currency,
            'total' as dimension,
            coalesce(sum({{ measure }}), 0) as amount
        from cohort_months
        where dimension = 'total'
        group by all
        union all
        select
            'spend date against lead cohort {{ measure }}' as subject,
            month as period_on,
            currency,
            'days' as dimension,
            coalesce(sum({{ measure }}), 0) as amount
        from spend_days
        where dimension = 'total'
        group by all
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

dimensions as (
    select distinct
        subject,
        dimension
    from list_sums
    where dimension <> 'total'
),

totals as (
    select
        list_sums.subject,
        dimensions.dimension,
        list_sums.period_on,
        list_sums.currency,
        list_sums.amount as total_amount
    from list_sums
    inner join dimensions on list_sums.subject = dimensions.subject
    where list_sums.dimension = 'total'
),

parts as (
    select * from list_sums
    where dimension <> 'total'
),

compare as (
    select
        subject,
        dimension,
        period_on,
        currency,
        coalesce(totals.total_amount, 0) as total_amount,
        coalesce(parts.amount, 0) as parts_amount
    from totals
    full outer join parts using (subject, dimension, period_on, currency)
)

select * from compare
where total_amount <> parts_amount
