{% set dimensions = 'account_id, channel, placement, campaign_key, closer_user_id'
    ~ ', originator_user_id' %}
{% set company_currency = "'" ~ var('company_currency') ~ "'" %}
{#- nobody is known not to have paid while no bank is connected -#}
{% set is_money_known = enabled_money_feeds() | length > 0 %}
{% set created_values = {
    'leads': 'count(*) filter (where is_lead)',
    'new_leads': 'count(*) filter (where is_new_lead)',
    'qualified_leads': 'case when max(standards.qualifying_stages) > 0'
        ~ ' then count(*) filter (where is_qualified) end',
    'won': 'count(*) filter (where is_won)',
} %}
{% if is_money_known %}
    {% do created_values.update({
        'paid_deals': 'count(customer_key)',
        'new_customers': 'count(*) filter (where is_acquiring)',
        'repeat_customers': 'count(*) filter (where is_repeat_of_cohort_month)',
    }) %}
{% endif %}
{% set money_values = {
    'revenue': "sum(amount) filter (where payment_class = 'customer_payment')",
    'refunds': "sum(amount) filter (where payment_class = 'customer_refund')",
    'repeat_revenue': 'sum(amount) filter (where is_repeat)',
    'revenue_with_cogs': 'sum(amount_with_cogs)',
    'cogs': 'sum(cogs)',
    'money_rows': 'count(*)',
    'cogs_rows': 'count(cogs)',
} %}
{% set ltv_values = {} %}
{% for days in ltv_horizons() %}
    {% do ltv_values.update({
        'ltv_customers_' ~ days: 'count(*) filter (where is_observed_' ~ days ~ ')',
        'ltv_revenue_' ~ days: 'sum(revenue_' ~ days ~ ')',
        'ltv_revenue_with_cogs_' ~ days: 'sum(revenue_with_cogs_' ~ days ~ ')',
        'ltv_cogs_' ~ days: 'sum(cogs_' ~ days ~ ')',
    }) %}
{% endfor %}

with spend as (
    select * from {{ ref('fct_spend') }}
),

asked as (
    select * from {{ ref('int_money__spend_asked') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

costs as (
    select * from {{ ref('int_money__marketing_costs') }}
    where cost_on <= {{ local_date(as_of()) }}
),

deals as (
    select * from {{ ref('int_money__payback_deals') }}
),

money as (
    select * from {{ ref('int_money__payback_money') }}
),

customers as (
    select * from {{ ref('int_money__customer_values') }}
),

-- where no stage qualifies, nobody knows how many are qualified
standards as (
    select count(*) as qualifying_stages
    from {{ ref('int_funnel__stage_standards') }}
    where role = 'qualified'
),

bases as (
    select 'created' as basis
    union all
    select 'cash' as basis
),

spend_months as (
    select
        channel,
        {{ month_of('spend_on') }} as month,
        bool_or(currency = {{ company_currency }}) as is_in_company_currency
    from spend
    group by all
),

-- nothing is nothing in any currency: no zero stands beside spend that could not be converted
asked_days as (
    select distinct
        account.account_id,
        asked.channel,
        asked.asked_on
    from asked
    cross join account
    left join spend_months
        on
            asked.channel = spend_months.channel
            and {{ month_of('asked.asked_on') }} = spend_months.month
    where coalesce(spend_months.is_in_company_currency, true)
),

sum_spend as (
    select
        account_id,
        channel,
        placement,
        campaign_key,
        currency,
        spend_on,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as spend,
        sum(cost_gross) as spend_gross,
        sum(cost_net) as spend_net,
        sum(surcharge) as surcharge,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from spend
    group by all
),

unite_parts as (
    select
        bases.basis,
        'spend' as kind,
        sum_spend.account_id,
        sum_spend.channel,
        sum_spend.placement,
        sum_spend.campaign_key,
        cast(null as bigint) as closer_user_id,
        cast(null as bigint) as originator_user_id,
        sum_spend.currency,
        sum_spend.spend_on as period_on,
        {{ payback_columns({
            'spend': 'spend', 'spend_gross': 'spend_gross', 'spend_net': 'spend_net',
            'surcharge': 'surcharge', 'impressions': 'impressions', 'clicks': 'clicks',
        }) }}
    from sum_spend
    cross join bases

    union all

    select
        bases.basis,
        'asked' as kind,
        asked_days.account_id,
        asked_days.channel,
        cast(null as string) as placement,
        cast(null as string) as campaign_key,
        cast(null as bigint) as closer_user_id,
        cast(null as bigint) as originator_user_id,
        {{ company_currency }} as currency,
        asked_days.asked_on as period_on,
        {{ payback_columns({
            'spend': '0', 'spend_gross': '0', 'spend_net': '0', 'surcharge': '0',
        }) }}
    from asked_days
    cross join bases

    union all

    select
        bases.basis,
        'costs' as kind,
        costs.account_id,
        costs.channel,
        cast(null as string) as placement,
        cast(null as string) as campaign_key,
        cast(null as bigint) as closer_user_id,
        cast(null as bigint) as originator_user_id,
        costs.currency,
        costs.cost_on as period_on,
        {{ payback_columns({'other_costs': 'costs.amount'}) }}
    from costs
    cross join bases

    union all

    select
        'created' as basis,
        'deals' as kind,
        {{ dimensions }},
        {{ company_currency }} as currency,
        deals.created_on as period_on,
        {{ payback_columns(created_values) }}
    from deals
    cross join standards
    group by {{ dimensions }}, deals.created_on

    union all

    select
        'cash' as basis,
        'deals' as kind,
        {{ dimensions }},
        {{ company_currency }} as currency,
        {{ month_of('first_paid_on') }} as period_on,
        {{ payback_columns({
            'new_customers': 'count(*) filter (where is_acquiring)',
            'repeat_customers': 'count(*) filter (where is_repeat_of_cash_month)',
        }) }}
    from deals
    where customer_key is not null
    group by {{ dimensions }}, {{ month_of('first_paid_on') }}

    union all

    select
        'cash' as basis,
        'deals' as kind,
        {{ dimensions }},
        {{ company_currency }} as currency,
        cash_month as period_on,
        {{ payback_columns({'paid_deals': 'count(distinct deal_id)'}) }}
    from money
    where payment_class = 'customer_payment'
    group by {{ dimensions }}, cash_month

    {% for basis, day in [('created', 'cohort_on'), ('cash', 'cash_month')] %}
        union all

        select
            '{{ basis }}' as basis,
            'money' as kind,
            {{ dimensions }},
            currency,
            {{ day }} as period_on,
            {{ payback_columns(money_values) }}
        from money
        group by {{ dimensions }}, currency, {{ day }}
    {% endfor %}

    {% for basis, day in [('created', 'created_on'), ('cash', month_of('acquired_on'))] %}
        union all

        select
            '{{ basis }}' as basis,
            'ltv' as kind,
            {{ dimensions }},
            {{ company_currency }} as currency,
            {{ day }} as period_on,
            {{ payback_columns(ltv_values) }}
        from customers
        group by {{ dimensions }}, {{ day }}
    {% endfor %}
)

select * from unite_parts
