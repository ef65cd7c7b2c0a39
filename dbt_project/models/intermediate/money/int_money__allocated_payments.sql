with candidates as (
    select * from {{ ref('int_money__payment_candidates') }}
    where is_chosen and deal_id is not null
),

payments as (
    select * from {{ ref('int_money__candidate_payments') }}
),

join_payments as (
    select
        candidates.payment_id,
        candidates.account_id,
        candidates.deal_id,
        candidates.method,
        candidates.matched_token,
        candidates.evidence,
        payments.payment_class,
        candidates.score,
        candidates.amount,
        sum(candidates.amount) over (
            partition by candidates.payment_id
            order by candidates.account_id, candidates.deal_id
        ) as running_amount,
        payments.vat_rate,
        payments.currency,
        payments.booked_on
    from candidates
    inner join payments on candidates.payment_id = payments.payment_id
)

-- parts are rounded together, so that those of a payment sum to its own amount without VAT
select
    payment_id,
    account_id,
    deal_id,
    method,
    matched_token,
    evidence,
    payment_class,
    score,
    amount,
    {{ without_vat('running_amount', 'vat_rate') }}
    - {{ without_vat('(running_amount - amount)', 'vat_rate') }} as amount_net,
    vat_rate,
    currency,
    booked_on
from join_payments
