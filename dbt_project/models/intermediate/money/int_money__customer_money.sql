with payments as (
    select * from {{ ref('fct_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

candidates as (
    select * from {{ ref('int_money__payment_candidates') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

-- why nothing led to a deal, or what a person or a split left over
describe_candidates as (
    select
        payment_id,
        bool_or(is_chosen) as is_chosen,
        bool_or(is_chosen and deal_id is null) as is_withheld,
        bool_or(not is_chosen and not is_review_only) as is_ambiguous
    from candidates
    group by payment_id
),

sum_allocations as (
    select
        payment_id,
        sum(amount) as amount,
        sum(amount_net) as amount_net
    from allocations
    group by payment_id
),

find_remainders as (
    select
        payments.account_id,
        payments.payment_id,
        case
            when describe_candidates.is_withheld then 'unallocated_manual'
            when describe_candidates.is_chosen then 'unallocated_remainder'
            when describe_candidates.is_ambiguous then 'unallocated_ambiguous'
            when describe_candidates.payment_id is not null then 'unallocated_review'
            else 'unallocated_no_candidate'
        end as bucket,
        payments.amount - coalesce(sum_allocations.amount, 0) as amount,
        payments.amount_net - coalesce(sum_allocations.amount_net, 0) as amount_net
    from payments
    left join sum_allocations on payments.payment_id = sum_allocations.payment_id
    left join describe_candidates on payments.payment_id = describe_candidates.payment_id
),

unite_parts as (
    select
        account_id,
        payment_id,
        deal_id,
        'allocated' as bucket,
        amount,
        amount_net
    from allocations

    union all

    select
        account_id,
        payment_id,
        cast(null as bigint) as deal_id,
        bucket,
        amount,
        amount_net
    from find_remainders
    where amount <> 0 or amount_net <> 0
),

-- money without a deal has a cash month only: it stands there in both bases, so that both sum to
-- the bank's total
join_deals as (
    select
        parts.account_id,
        parts.payment_id,
        parts.deal_id,
        parts.bucket,
        coalesce(deals.channel, 'unallocated') as channel,
        payments.payment_class,
        {{ money(by_vat_policy('parts.amount', 'parts.amount_net')) }} as amount,
        {{ money('parts.amount') }} as amount_gross,
        {{ money('parts.amount_net') }} as amount_net,
        payments.currency,
        coalesce(deals.status = 'won', false) as is_won,
        payments.booked_on,
        {{ month_of('payments.booked_on') }} as cash_month,
        {{ month_of('coalesce(deals.created_on, payments.booked_on)') }} as cohort_month
    from unite_parts as parts
    inner join payments on parts.payment_id = payments.payment_id
    left join deals
        on
            parts.account_id = deals.account_id
            and parts.deal_id = deals.deal_id
)

select * from join_deals
