with payments as (
    select * from {{ ref('fct_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

-- money without a deal has a cash month only: it stands there in both bases, so that both sum to
-- the bank's total
join_deals as (
    select
        coalesce(allocations.account_id, payments.account_id) as account_id,
        payments.payment_id,
        deals.deal_id,
        coalesce(deals.channel, 'unallocated') as channel,
        payments.payment_class,
        {{ by_vat_policy('payments.amount', 'payments.amount_net') }} as amount,
        payments.currency,
        coalesce(deals.status = 'won', false) as is_won,
        {{ month_of('payments.booked_on') }} as cash_month,
        {{ month_of('coalesce(deals.created_on, payments.booked_on)') }} as cohort_month
    from payments
    left join allocations on payments.payment_id = allocations.payment_id
    left join deals
        on
            allocations.account_id = deals.account_id
            and allocations.deal_id = deals.deal_id
)

select * from join_deals
