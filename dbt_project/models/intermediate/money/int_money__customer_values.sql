with customers as (
    select * from {{ ref('int_money__payback_deals') }}
    where is_acquiring
),

money as (
    select
        *,
        {{ days_between('acquired_on', 'booked_on') }} as days_since
    from {{ ref('int_money__payback_money') }}
    where customer_key is not null and currency = '{{ var("company_currency") }}'
),

sum_by_customer as (
    select
        account_id,
        customer_key,
        {% for days in ltv_horizons() %}
            sum(amount) filter (where days_since <= {{ days }}) as revenue_{{ days }},
            sum(amount_with_cogs) filter (where days_since <= {{ days }})
                as revenue_with_cogs_{{ days }},
            sum(cogs) filter (where days_since <= {{ days }}) as cogs_{{ days }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from money
    group by account_id, customer_key
)

-- a customer younger than the horizon would lower everybody's value by what is still to come
select
    customers.account_id,
    customers.customer_key,
    customers.channel,
    customers.placement,
    customers.campaign_key,
    customers.closer_user_id,
    customers.originator_user_id,
    {% for days in ltv_horizons() %}
        {% set is_observed = add_days('customers.acquired_on', days) ~ ' <= '
            ~ local_date(as_of()) %}
        {{ is_observed }} as is_observed_{{ days }},
        case when {{ is_observed }} then coalesce(sum_by_customer.revenue_{{ days }}, 0) end
            as revenue_{{ days }},
        {% for measure in ['revenue_with_cogs', 'cogs'] %}
            case when {{ is_observed }} then sum_by_customer.{{ measure }}_{{ days }} end
                as {{ measure }}_{{ days }},
        {% endfor %}
    {% endfor %}
    customers.acquired_on,
    customers.created_on
from customers
left join sum_by_customer
    on
        customers.account_id = sum_by_customer.account_id
        and customers.customer_key = sum_by_customer.customer_key
