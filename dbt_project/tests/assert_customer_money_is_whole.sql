-- Every kopeck of every customer's payment and refund stands in int_money__customer_money exactly
-- once, with VAT and without: at its deals or in the bucket that says why it has none.
with payments as (
    select
        payment_id,
        amount,
        amount_net
    from {{ ref('fct_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

sum_parts as (
    select
        payment_id,
        sum(amount_gross) as amount,
        sum(amount_net) as amount_net,
        sum(amount) as amount_of_policy,
        count(*) filter (where (bucket = 'allocated') <> (deal_id is not null)) as odd_buckets,
        count(*) filter (where (deal_id is null) <> (channel = 'unallocated')) as odd_channels
    from {{ ref('int_money__customer_money') }}
    group by payment_id
),

sum_allocations as (
    select
        payment_id,
        sum(amount) as amount
    from {{ ref('fct_payment_allocations') }}
    group by payment_id
),

sum_allocated_parts as (
    select
        payment_id,
        sum(amount_gross) as amount
    from {{ ref('int_money__customer_money') }}
    where bucket = 'allocated'
    group by payment_id
),

compare as (
    select
        payment_id,
        payments.amount as payment_amount,
        payments.amount_net as payment_net,
        sum_parts.amount as parts_amount,
        sum_parts.amount_net as parts_net,
        sum_parts.odd_buckets,
        sum_parts.odd_channels,
        {{ by_vat_policy('payments.amount', 'payments.amount_net') }}
        - sum_parts.amount_of_policy as policy_difference,
        coalesce(sum_allocations.amount, 0)
        - coalesce(sum_allocated_parts.amount, 0) as allocation_difference
    from payments
    full outer join sum_parts using (payment_id)
    full outer join sum_allocations using (payment_id)
    full outer join sum_allocated_parts using (payment_id)
)

select * from compare
where
    payment_amount is distinct from parts_amount
    or payment_net is distinct from parts_net
    or policy_difference <> 0
    or allocation_difference <> 0
    or odd_buckets > 0
    or odd_channels > 0
