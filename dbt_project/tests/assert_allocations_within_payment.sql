-- Deals never share out more than a payment brought, nor with the other sign.
with allocated as (
    select
        payment_id,
        sum(amount) as allocated_amount,
        count(*) filter (where amount > 0) as positive_parts,
        count(*) filter (where amount < 0) as negative_parts
    from {{ ref('fct_payment_allocations') }}
    group by payment_id
),

compare as (
    select
        allocated.payment_id,
        payments.amount as payment_amount,
        allocated.allocated_amount,
        allocated.positive_parts,
        allocated.negative_parts
    from allocated
    left join {{ ref('fct_payments') }} as payments using (payment_id)
)

select * from compare
where
    payment_amount is null
    or abs(allocated_amount) > abs(payment_amount)
    or (payment_amount > 0 and negative_parts > 0)
    or (payment_amount < 0 and positive_parts > 0)
