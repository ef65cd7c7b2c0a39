with payback_sums as (
    select * from {{ ref('int_money__payback_sums') }}
    where
        basis = 'cash'
        and dimension in ('total', 'channel')
        and currency = '{{ var("company_currency") }}'
),

titles as (
    select * from {{ ref('int_money__dimension_titles') }}
),

sum_months as (
    select
        account_id,
        dimension,
        dimension_key,
        currency,
        sum(new_customers) as customers,
        {% for measure in ltv_measures() %}
            sum({{ measure }}) as {{ measure }},
        {% endfor %}
        {{ month_of('period_on') }} as month
    from payback_sums
    group by account_id, dimension, dimension_key, currency, {{ month_of('period_on') }}
),

list_horizons as (
    {% for days in ltv_horizons() %}
        select
            account_id,
            dimension,
            dimension_key,
            currency,
            cast({{ days }} as integer) as days,
            customers,
            ltv_customers_{{ days }} as observed_customers,
            ltv_revenue_{{ days }} as net_revenue,
            ltv_revenue_with_cogs_{{ days }} as revenue_with_cogs,
            ltv_cogs_{{ days }} as cogs,
            month
        from sum_months
        where customers > 0
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

add_coverage as (
    select
        *,
        {{ cogs_coverage() }} as cogs_coverage
    from list_horizons
)

select
    -- ids
    figures.account_id,
    -- strings
    figures.dimension,
    figures.dimension_key,
    {{ payback_title('figures') }} as dimension_title,
    -- numbers
    figures.days,
    cast(figures.customers as bigint) as customers,
    cast(figures.observed_customers as bigint) as observed_customers,
    -- money
    {{ money('figures.net_revenue') }} as net_revenue,
    {{ money('figures.revenue_with_cogs') }} as revenue_with_cogs,
    {{ money('figures.cogs') }} as cogs,
    figures.currency,
    -- ratios
    {{ ratio_if_covered(
        'figures.revenue_with_cogs - figures.cogs',
        'figures.observed_customers',
        'figures.cogs_coverage',
    ) }} as ltv,
    {{ share_of('figures.net_revenue', 'figures.observed_customers') }} as ltv_before_cogs,
    figures.cogs_coverage,
    -- days
    figures.month
from add_coverage as figures
left join titles
    on
        figures.account_id = titles.account_id
        and figures.dimension = titles.dimension
        and figures.dimension_key = titles.dimension_key
