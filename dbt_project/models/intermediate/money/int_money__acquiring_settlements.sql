with payments as (
    select * from {{ ref('int_money__classified_payments') }}
),

settled as (
    select
        acquirer,
        currency,
        booked_on as settled_on,
        sum(amount) as settled_amount,
        count(*) as settlements
    from payments
    where payment_class = 'acquiring_settlement'
    group by acquirer, currency, booked_on
),

collected as (
    select
        payments.source as acquirer,
        payments.currency,
        payments.booked_on as collected_on,
        sum(payments.amount) filter (where payments.payment_class = 'customer_payment') as gross,
        sum(payments.amount) filter (where payments.payment_class = 'customer_refund') as refunds,
        sum(payments.amount) filter (where payments.payment_class = 'acquiring_fee') as fees,
        sum(payments.amount) as net
    from payments
    inner join {{ ref('int_money__acquirers') }} as acquirers
        on payments.source = acquirers.source
    group by payments.source, payments.currency, payments.booked_on
),

-- a day's money comes with the first settlement after it: the next working day, as a rule
await_settlement as (
    select
        collected.*,
        min(settled.settled_on) as settled_on
    from collected
    left join settled
        on
            collected.acquirer = settled.acquirer
            and collected.currency = settled.currency
            and collected.collected_on < settled.settled_on
    group by all
),

sum_collected as (
    select
        acquirer,
        currency,
        settled_on,
        sum(gross) as gross_amount,
        sum(refunds) as refunded_amount,
        sum(fees) as fee_amount,
        sum(net) as expected_amount,
        min(collected_on) as collected_from,
        max(collected_on) as collected_to
    from await_settlement
    group by acquirer, currency, settled_on
)

select
    coalesce(sum_collected.acquirer, settled.acquirer) as acquirer,
    coalesce(sum_collected.currency, settled.currency) as currency,
    coalesce(settled.settlements, 0) as settlements,
    coalesce(sum_collected.gross_amount, 0) as gross_amount,
    coalesce(sum_collected.refunded_amount, 0) as refunded_amount,
    coalesce(sum_collected.fee_amount, 0) as fee_amount,
    coalesce(sum_collected.expected_amount, 0) as expected_amount,
    coalesce(settled.settled_amount, 0) as settled_amount,
    coalesce(settled.settled_amount, 0) - coalesce(sum_collected.expected_amount, 0) as residual,
    sum_collected.collected_from,
    sum_collected.collected_to,
    settled.settled_on
from sum_collected
full outer join settled
    on
        sum_collected.acquirer = settled.acquirer
        and sum_collected.currency = settled.currency
        and sum_collected.settled_on = settled.settled_on
