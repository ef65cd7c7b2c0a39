{% set offered = [1, 2, 3] %}

with customer_money as (
    select * from {{ ref('int_money__customer_money') }}
    where deal_id is null and bucket <> 'unallocated_manual'
),

payments as (
    select * from {{ ref('fct_payments') }}
),

candidates as (
    select * from {{ ref('fct_payment_candidates') }}
    where not is_chosen
),

-- of several ways to one deal the surest is shown
choose_ways as (
    select *
    from candidates
    qualify row_number() over (
        partition by payment_id, account_id, deal_id order by candidate_rank
    ) = 1
),

number_candidates as (
    select
        *,
        row_number() over (partition by payment_id order by candidate_rank) as place
    from choose_ways
),

spread_candidates as (
    select
        payment_id,
        {% for place in offered %}
            max(case when place = {{ place }} then deal_id end) as candidate_{{ place }}_deal_id,
            max(case when place = {{ place }} then method end) as candidate_{{ place }}_method,
            max(case when place = {{ place }} then evidence end)
                as candidate_{{ place }}_evidence,
            max(case when place = {{ place }} then score end) as candidate_{{ place }}_score,
        {% endfor %}
        count(*) as candidates
    from number_candidates
    group by payment_id
)

select
    -- ids
    customer_money.account_id,
    customer_money.payment_id,
    {% for place in offered %}
        spread_candidates.candidate_{{ place }}_deal_id,
    {% endfor %}
    -- strings
    customer_money.bucket,
    customer_money.payment_class,
    payments.source,
    payments.counterparty_name,
    payments.counterparty_inn,
    payments.purpose,
    {% for place in offered %}
        spread_candidates.candidate_{{ place }}_method,
        spread_candidates.candidate_{{ place }}_evidence,
    {% endfor %}
    -- numbers
    coalesce(spread_candidates.candidates, 0) as candidates,
    {% for place in offered %}
        spread_candidates.candidate_{{ place }}_score,
    {% endfor %}
    -- money
    customer_money.amount_gross as open_amount,
    payments.amount as payment_amount,
    customer_money.currency,
    -- days
    customer_money.booked_on
from customer_money
inner join payments on customer_money.payment_id = payments.payment_id
left join spread_candidates on customer_money.payment_id = spread_candidates.payment_id
