-- Whatever the model, touches together are credited with what customers paid: every part of every
-- payment to the kopeck, with VAT and without.
with models as (
    {{ rows_of(attribution_models(), 'model') }}
),

customer_money as (
    select
        models.model,
        money.account_id,
        money.payment_id,
        money.deal_id,
        money.bucket,
        money.amount,
        money.amount_net
    from {{ ref('int_money__customer_money') }} as money
    cross join models
),

payments as (
    select
        models.model,
        payments.payment_id,
        {{ by_vat_policy('payments.amount', 'payments.amount_net') }} as amount
    from {{ ref('fct_payments') }} as payments
    cross join models
    where payments.payment_class in ('customer_payment', 'customer_refund')
),

-- one row of either side after another: nothing joins on a deal that is NULL
both_sides as (
    select
        model,
        payment_id,
        deal_id,
        bucket,
        amount as credited,
        amount_net as credited_net,
        weight,
        0 as paid,
        0 as paid_net,
        0 as parts
    from {{ ref('fct_attribution_credits') }}

    union all

    select
        model,
        payment_id,
        deal_id,
        bucket,
        0 as credited,
        0 as credited_net,
        0 as weight,
        amount as paid,
        amount_net as paid_net,
        1 as parts
    from customer_money
),

compare_parts as (
    select
        'part of a payment' as what,
        model,
        payment_id,
        deal_id,
        sum(credited) as credited,
        sum(paid) as paid
    from both_sides
    group by model, payment_id, deal_id, bucket
    having
        sum(credited) <> sum(paid)
        or sum(credited_net) <> sum(paid_net)
        or abs(sum(weight) - sum(parts)) > 1e-9
),

sum_credits as (
    select
        model,
        payment_id,
        sum(amount) as amount
    from {{ ref('fct_attribution_credits') }}
    group by model, payment_id
),

compare_payments as (
    select
        'payment' as what,
        model,
        payment_id,
        cast(null as bigint) as deal_id,
        sum_credits.amount as credited,
        payments.amount as paid
    from payments
    full outer join sum_credits using (model, payment_id)
    where coalesce(sum_credits.amount, 0) <> coalesce(payments.amount, 0)
)

select * from compare_parts
union all
select * from compare_payments
