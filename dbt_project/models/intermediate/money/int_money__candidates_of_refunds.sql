{#
  Method 8: a refund that nothing else led anywhere goes back to a deal that the same counterparty
  paid for. What a deal had of its money by then counts all that was allocated by methods 0 to 7.
#}
with payments as (
    select * from {{ ref('int_money__candidate_payments') }}
),

deals as (
    select * from {{ ref('int_money__candidate_deals') }}
),

earlier_candidates as (
    select * from {{ ref('int_money__candidates_manual') }}
    union all
    select * from {{ ref('int_money__candidates_by_number') }}
    union all
    select * from {{ ref('int_money__candidates_by_inn') }}
),

list_decided as (
    select distinct payment_id from earlier_candidates
),

open_refunds as (
    select payments.*
    from payments
    left join list_decided on payments.payment_id = list_decided.payment_id
    where list_decided.payment_id is null and payments.amount < 0
),

allocate_earlier as (
    select
        candidates.account_id,
        candidates.deal_id,
        candidates.amount,
        payments.payer_inn,
        payments.payer_account,
        payments.currency,
        payments.booked_on
    from earlier_candidates as candidates
    inner join payments on candidates.payment_id = payments.payment_id
    where candidates.is_chosen and candidates.deal_id is not null
),

balances as (
    select * from {{ deal_balances('allocate_earlier', 'deals') }}
),

-- INN and account of whoever paid for a deal, and on which days
list_payers as (
    select
        'inn' as key_kind,
        payer_inn as key_value,
        account_id,
        deal_id,
        currency,
        booked_on
    from allocate_earlier
    where payer_inn is not null and amount > 0

    union all

    select
        'account' as key_kind,
        payer_account as key_value,
        account_id,
        deal_id,
        currency,
        booked_on
    from allocate_earlier
    where payer_account is not null and amount > 0
),

list_refund_keys as (
    select
        payment_id,
        'inn' as key_kind,
        payer_inn as key_value,
        1 as key_rank,
        amount,
        currency,
        booked_on
    from open_refunds
    where payer_inn is not null

    union all

    select
        payment_id,
        'account' as key_kind,
        payer_account as key_value,
        2 as key_rank,
        amount,
        currency,
        booked_on
    from open_refunds
    where payer_account is not null
),

-- the account is asked where the INN leads to no payment
find_deals as (
    select
        refunds.payment_id,
        refunds.key_kind,
        refunds.key_value,
        refunds.key_rank,
        refunds.amount,
        refunds.booked_on,
        payers.account_id,
        payers.deal_id,
        max(payers.booked_on) as last_paid_on
    from list_refund_keys as refunds
    inner join list_payers as payers
        on
            refunds.key_kind = payers.key_kind
            and refunds.key_value = payers.key_value
            and refunds.currency = payers.currency
            and refunds.booked_on >= payers.booked_on
    group by
        refunds.payment_id,
        refunds.key_kind,
        refunds.key_value,
        refunds.key_rank,
        refunds.amount,
        refunds.booked_on,
        payers.account_id,
        payers.deal_id
    qualify rank() over (partition by refunds.payment_id order by refunds.key_rank) = 1
),

add_balances as (
    select
        found.payment_id,
        found.key_kind,
        found.key_value,
        found.amount,
        found.booked_on,
        found.account_id,
        found.deal_id,
        found.last_paid_on,
        balances.paid,
        balances.paid >= -found.amount as can_give_back
    from find_deals as found
    inner join balances
        on
            found.account_id = balances.account_id
            and found.deal_id = balances.deal_id
            and found.booked_on >= balances.from_on
            and found.booked_on < balances.until_on
),

count_deals as (
    select
        *,
        can_give_back
        and sum(case when can_give_back then 1 else 0 end) over (partition by payment_id) = 1
            as is_only,
        bool_or(can_give_back) over (partition by payment_id) as can_any
    from add_balances
),

-- a deal gives no more back than it has, the refund booked first goes first
subtract_earlier as (
    select
        *,
        paid + coalesce(
            sum(case when is_only then amount else 0 end) over (
                partition by account_id, deal_id
                order by booked_on, payment_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) >= -amount as has_enough_left
    from count_deals
),

-- where it is not one deal, the one paid last is offered to a person
choose_deals as (
    select
        *,
        is_only and has_enough_left as is_chosen
    from subtract_earlier
    qualify row_number() over (
        partition by payment_id
        order by
            is_only desc, can_give_back desc, last_paid_on desc, account_id asc, deal_id desc
    ) = 1
)

select
    payment_id,
    account_id,
    deal_id,
    'refund_of_payment' as method,
    cast(case when is_chosen then 0.80 else 0.60 end as decimal(3, 2)) as score,
    key_value as matched_token,
    case key_kind
        when 'inn' then {{ in_language('ИНН ', 'INN ') }}
        else {{ in_language('счёт плательщика ', "payer''s account ") }}
    end || key_value
    || {{ in_language('; последняя оплата ', '; last paid on ') }} || cast(last_paid_on as string)
    || {{ in_language('; получено ', '; received ') }} || {{ amount_text('paid') }} as evidence,
    {{ days_between('last_paid_on', 'booked_on') }} as distance_days,
    case when is_chosen then amount end as amount,
    is_chosen,
    not is_chosen as is_review_only
from choose_deals
