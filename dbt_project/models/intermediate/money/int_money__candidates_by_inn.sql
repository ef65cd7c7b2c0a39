{#
  Method 7: the payer's INN and a sum. Of a deal that is paid in full already only a sum equal to its
  price still counts, and only where no deal lacks just that sum: money asked for goes before money
  paid twice.
#}
{% set closed_from = add_days('deals.closed_on', '-' ~ var('match_days_before')) %}
{% set closed_until = add_days('deals.closed_on', var('match_days_after')) %}

with payments as (
    select * from {{ ref('int_money__candidate_payments') }}
),

deals as (
    select * from {{ ref('int_money__candidate_deals') }}
    where inn is not null and price > 0
),

earlier_candidates as (
    select * from {{ ref('int_money__candidates_manual') }}
    union all
    select * from {{ ref('int_money__candidates_by_number') }}
),

list_decided as (
    select distinct payment_id from earlier_candidates
),

open_payments as (
    select payments.*
    from payments
    left join list_decided on payments.payment_id = list_decided.payment_id
    where
        list_decided.payment_id is null
        and payments.payer_inn is not null
        and payments.amount > 0
),

allocate_earlier as (
    select
        earlier_candidates.account_id,
        earlier_candidates.deal_id,
        earlier_candidates.amount,
        payments.booked_on
    from earlier_candidates
    inner join payments on earlier_candidates.payment_id = payments.payment_id
    where earlier_candidates.is_chosen and earlier_candidates.deal_id is not null
),

balances as (
    select * from {{ deal_balances('allocate_earlier', 'deals') }}
),

-- every sum that a deal may be paid by on a day, so that sums are joined and not searched
list_sums as (
    select
        deals.account_id,
        deals.deal_id,
        deals.inn,
        deals.currency,
        deals.is_deleted,
        deals.created_on,
        deals.closed_on,
        deals.price,
        balances.rest as amount,
        1 as sum_rank,
        balances.from_on,
        balances.until_on
    from deals
    inner join balances
        on
            deals.account_id = balances.account_id
            and deals.deal_id = balances.deal_id
    where balances.rest > 0

    union all

    select
        account_id,
        deal_id,
        inn,
        currency,
        is_deleted,
        created_on,
        closed_on,
        price,
        price as amount,
        2 as sum_rank,
        cast('1900-01-01' as date) as from_on,
        cast('9999-12-31' as date) as until_on
    from deals
),

find_deals as (
    select
        payments.payment_id,
        payments.payer_inn,
        payments.amount,
        payments.booked_on,
        deals.account_id,
        deals.deal_id,
        deals.price,
        deals.sum_rank,
        abs(
            {{ days_between('coalesce(deals.closed_on, deals.created_on)', 'payments.booked_on') }}
        ) as distance_days
    from open_payments as payments
    inner join list_sums as deals
        on
            payments.payer_inn = deals.inn
            and payments.amount = deals.amount
            and payments.currency = deals.currency
            and payments.booked_on >= deals.from_on
            and payments.booked_on < deals.until_on
            and payments.booked_on
            >= case when deals.closed_on is null then deals.created_on else {{ closed_from }} end
            and payments.booked_on
            <= coalesce({{ closed_until }}, cast('9999-12-31' as date))
    qualify rank() over (
        partition by payments.payment_id order by deals.is_deleted, deals.sum_rank
    ) = 1
),

count_deals as (
    select
        *,
        count(*) over (partition by payment_id) = 1 as is_only
    from find_deals
),

-- two payments of one sum cannot both be the rest of one deal: the one booked first is
number_payments as (
    select
        *,
        coalesce(
            sum(case when is_only then 1 else 0 end) over (
                partition by account_id, deal_id
                order by booked_on, payment_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as paid_before
    from count_deals
)

select
    payment_id,
    account_id,
    deal_id,
    'inn_sum' as method,
    cast(0.80 as decimal(3, 2)) as score,
    payer_inn as matched_token,
    {{ in_language('ИНН ', 'INN ') }} || payer_inn
    || case
        when amount = price then {{ in_language('; сумма = цена ', '; sum = price ') }}
        else {{ in_language('; сумма = остаток ', '; sum = unpaid rest ') }}
    end || {{ amount_text('amount') }} as evidence,
    distance_days,
    case when is_only then amount end as amount,
    is_only as is_chosen,
    false as is_review_only
from number_payments
where not is_only or sum_rank = 2 or paid_before = 0 or amount = price
