{% set open_buckets = [
    'unallocated_no_candidate', 'unallocated_ambiguous', 'unallocated_review',
    'unallocated_manual', 'unallocated_remainder',
] %}

with payments as (
    select * from {{ ref('fct_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

customer_money as (
    select * from {{ ref('int_money__customer_money') }}
),

deals as (
    select * from {{ ref('fct_deal_discipline') }}
),

sum_parts as (
    select
        payment_id,
        {% for bucket in open_buckets %}
            coalesce(sum(case when bucket = '{{ bucket }}' then amount_gross end), 0)
                as {{ bucket }}_amount,
        {% endfor %}
        -- a payment of several deals is shown at none of them
        case when min(deal_id) = max(deal_id) then min(deal_id) end as only_deal_id
    from customer_money
    group by payment_id
),

-- an acquirer names nobody: two equal cheques a day are no duplicate
number_twins as (
    select
        payment_id,
        row_number() over (
            partition by
                account_id, source, own_account, booked_on, amount, currency,
                coalesce(counterparty_inn, counterparty_name), coalesce(purpose, '')
            order by document_number, payment_id
        ) as twin_number
    from payments
    where
        payment_class = 'customer_payment'
        and amount > 0
        and coalesce(counterparty_inn, counterparty_name) is not null
)

select
    -- ids
    payments.account_id,
    payments.payment_id,
    {{ frame_columns({
        'entity_name':
            'coalesce(payments.counterparty_name, payments.counterparty_inn, payments.payment_id)',
        'currency': 'payments.currency',
        'money_at_stake': 'abs(payments.amount)',
    }, deal='deals') }},
    payments.source,
    payments.payment_class,
    payments.own_account,
    payments.counterparty_inn,
    payments.document_number,
    payments.purpose,
    -- money
    payments.amount,
    {% for bucket in open_buckets %}
        {{ money('coalesce(sum_parts.' ~ bucket ~ '_amount, 0)') }} as {{ bucket }}_amount,
    {% endfor %}
    {{ money('abs(coalesce(sum_parts.unallocated_no_candidate_amount, 0))') }} as no_deal_amount,
    {{ money(
        'abs(coalesce(sum_parts.unallocated_ambiguous_amount, 0)'
        ~ ' + coalesce(sum_parts.unallocated_review_amount, 0))'
    ) }} as unclear_amount,
    -- booleans
    coalesce(sum_parts.unallocated_no_candidate_amount <> 0, false) as is_without_deal,
    coalesce(
        sum_parts.unallocated_ambiguous_amount <> 0 or sum_parts.unallocated_review_amount <> 0,
        false
    ) as is_unclear,
    coalesce(number_twins.twin_number > 1, false) as is_duplicate,
    -- days
    payments.booked_on
from payments
left join sum_parts on payments.payment_id = sum_parts.payment_id
left join number_twins on payments.payment_id = number_twins.payment_id
left join deals
    on
        payments.account_id = deals.account_id
        and sum_parts.only_deal_id = deals.deal_id
