with allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

persons as (
    select * from {{ ref('int_identity__person_deals') }}
    where is_main
),

sale_chains as (
    select * from {{ ref('int_funnel__sale_chains') }}
),

-- amounts of two currencies are no sum
sum_by_currency as (
    select
        account_id,
        deal_id,
        currency,
        sum(amount) as net_paid,
        min(booked_on) filter (where amount > 0) as first_paid_on
    from allocations
    group by account_id, deal_id, currency
),

keep_customers as (
    select
        account_id,
        deal_id,
        min(first_paid_on) as first_paid_on
    from sum_by_currency
    where net_paid > 0
    group by account_id, deal_id
),

name_customers as (
    select
        keep_customers.account_id,
        keep_customers.deal_id,
        coalesce('person ' || persons.person_id, 'deal ' || keep_customers.deal_id)
            as customer_key,
        coalesce(sale_chains.sale_chain_id, keep_customers.deal_id) as sale_chain_id,
        keep_customers.first_paid_on
    from keep_customers
    left join persons
        on
            keep_customers.account_id = persons.account_id
            and keep_customers.deal_id = persons.deal_id
    left join sale_chains
        on
            keep_customers.account_id = sale_chains.account_id
            and keep_customers.deal_id = sale_chains.deal_id
),

find_first as (
    select
        *,
        first_value(deal_id) over by_payment as acquiring_deal_id,
        first_value(sale_chain_id) over by_payment as acquiring_chain_id,
        first_value(first_paid_on) over by_payment as acquired_on
    from name_customers
    window by_payment as (
        partition by account_id, customer_key order by first_paid_on, deal_id
    )
)

-- a deal that carries the first sale on in the next department is no second purchase
select
    account_id,
    deal_id,
    acquiring_deal_id,
    customer_key,
    deal_id = acquiring_deal_id as is_acquiring,
    sale_chain_id <> acquiring_chain_id as is_repeat,
    first_paid_on,
    acquired_on
from find_first
