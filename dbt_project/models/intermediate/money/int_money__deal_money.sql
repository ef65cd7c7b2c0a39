with allocated_payments as (
    select * from {{ ref('int_money__allocated_payments') }}
),

sum_by_deal as (
    select
        account_id,
        deal_id,
        coalesce(sum(amount) filter (where amount > 0), 0) as paid_amount,
        coalesce(sum(amount) filter (where amount < 0), 0) as refunded_amount,
        min(booked_on) filter (where amount > 0) as first_paid_on,
        max(booked_on) filter (where amount > 0) as last_paid_on
    from allocated_payments
    group by account_id, deal_id
)

select * from sum_by_deal
