with money as (
    select
        *,
        {{ month_of(local_date(as_of())) }} as last_month
    from {{ ref('int_money__payback_money') }}
),

-- money booked before its deal was created belongs to the deal's first month, what is dated ahead
-- to the last
count_months as (
    select
        *,
        greatest(
            0,
            least(
                {{ months_between('cohort_month', 'booked_on') }},
                {{ months_between('cohort_month', 'last_month') }}
            )
        ) as months_since
    from money
),

stack_dimensions as (
    {% for dimension in payback_dimensions() %}
        select
            account_id,
            '{{ dimension }}' as dimension,
            {{ payback_key(dimension) }} as dimension_key,
            cohort_month as month,
            months_since,
            currency,
            sum(amount) as net_revenue,
            sum(amount_with_cogs) as revenue_with_cogs,
            sum(cogs) as cogs
        from count_months
        group by all
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select * from stack_dimensions
