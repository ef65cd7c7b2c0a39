with transfers as (
    select
        payment_id,
        direction,
        own_account,
        counterparty_account,
        currency,
        abs(amount) as amount,
        booked_on
    from {{ ref('int_money__classified_payments') }}
    where payment_class = 'own_transfer'
),

-- equal transfers between the same accounts are paired in the order of their days
number_legs as (
    select
        *,
        case when direction = 'out' then own_account else counterparty_account end as from_account,
        case when direction = 'out' then counterparty_account else own_account end as to_account,
        row_number() over (
            partition by direction, own_account, counterparty_account, currency, amount
            order by booked_on, payment_id
        ) as occurrence
    from transfers
),

legs_out as (
    select * from number_legs
    where direction = 'out'
),

legs_in as (
    select * from number_legs
    where direction = 'in'
)

select
    legs_out.payment_id as out_payment_id,
    legs_in.payment_id as in_payment_id,
    coalesce(legs_out.from_account, legs_in.from_account) as from_account,
    coalesce(legs_out.to_account, legs_in.to_account) as to_account,
    coalesce(legs_out.currency, legs_in.currency) as currency,
    coalesce(legs_out.amount, legs_in.amount) as amount,
    coalesce(legs_in.amount, 0) - coalesce(legs_out.amount, 0) as residual,
    legs_out.booked_on as left_on,
    legs_in.booked_on as arrived_on
from legs_out
full outer join legs_in
    on
        legs_out.from_account = legs_in.from_account
        and legs_out.to_account = legs_in.to_account
        and legs_out.currency = legs_in.currency
        and legs_out.amount = legs_in.amount
        and legs_out.occurrence = legs_in.occurrence
