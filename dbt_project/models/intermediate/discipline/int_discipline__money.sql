{% set tolerance = var('quality_payment_tolerance_percent') %}
{% set today = local_date(as_of()) %}

with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

sales as (
    select * from {{ ref('fct_sale_chains') }}
),

-- what was paid before the banks' history begins, nobody can see
money_history as (
    select min(booked_on) as begins_on from {{ ref('fct_payments') }}
),

join_sales as (
    select
        deals.*,
        sales.net_paid_amount as sale_paid_amount,
        sales.last_deal_id = deals.deal_id as is_last_of_sale,
        coalesce(sales.created_on >= money_history.begins_on, false) as is_whole_sale_seen,
        {{ days_between('deals.closed_on', today) }} > {{ var('quality_payment_grace_days') }}
            as is_grace_over,
        {{ days_between('deals.last_paid_on', today) }} > {{ var('quality_payment_grace_days') }}
            as is_paid_long_ago
    from deals
    inner join sales
        on
            deals.account_id = sales.account_id
            and deals.sale_chain_id = sales.sale_chain_id
    cross join money_history
),

-- without any source of money the sums are NULL, and so is what they would say
judge_sales as (
    select
        *,
        is_won and is_last_of_sale and is_grace_over and is_whole_sale_seen
        and sale_paid_amount <= 0 as is_won_unpaid,
        is_won and is_last_of_sale and is_grace_over and is_whole_sale_seen
        and price > 0 and sale_paid_amount > 0
        and sale_paid_amount * 100 < price * (100 - {{ tolerance }}) as is_won_underpaid,
        is_won and is_last_of_sale
        and price > 0
        and sale_paid_amount * 100 > price * (100 + {{ tolerance }}) as is_won_overpaid
    from join_sales
)

select
    -- ids
    account_id,
    deal_id,
    -- money
    sale_paid_amount,
    {{ money('case when is_won_unpaid then coalesce(price, 0) else 0 end') }} as unpaid_amount,
    {{ money('case when is_won_underpaid then price - sale_paid_amount else 0 end') }}
        as missing_amount,
    {{ money('case when is_won_overpaid then sale_paid_amount - price else 0 end') }}
        as excess_amount,
    -- booleans
    coalesce(price > 0, false) as has_price,
    first_paid_on is not null or crm_paid_on is not null as has_payment_date,
    coalesce(first_paid_on < created_on, false) as is_paid_before_created,
    coalesce(crm_paid_on > {{ today }}, false) as is_payment_date_in_future,
    coalesce(is_last_of_sale, false) as is_last_of_sale,
    coalesce(is_won_unpaid, false) as is_won_unpaid,
    coalesce(is_won_underpaid, false) as is_won_underpaid,
    coalesce(is_won_overpaid, false) as is_won_overpaid,
    -- the money of a delivery comes long before it is done
    coalesce(
        is_open and pipeline_role <> 'delivery' and price > 0 and net_paid_amount >= price
        and is_paid_long_ago,
        false
    ) as is_paid_not_won,
    is_lost and is_paid as is_lost_with_payment
from judge_sales
