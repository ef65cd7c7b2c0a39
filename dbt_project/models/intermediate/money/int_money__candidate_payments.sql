{#
  Accounts on which a bank holds money of many payers for a moment (30232 and the like): nobody's own.
#}
{% set transit_account = "'^(301|302|303|409|474)'" %}

with payments as (
    select * from {{ ref('int_money__classified_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

recognise_banks as (
    select
        *,
        coalesce({{ is_paid_through_bank('counterparty_name') }}, false) as is_through_bank,
        coalesce({{ regexp_matches('counterparty_account', transit_account) }}, false)
            as is_in_transit
    from payments
)

select
    payment_id,
    payment_class,
    nullif(trim(external_deal_id), '') as external_deal_id,
    case when not is_through_bank then {{ checked_inn('counterparty_inn') }} end as payer_inn,
    case when not is_through_bank and not is_in_transit then counterparty_account end
        as payer_account,
    {{ plain_party_name(payer_own_name('counterparty_name')) }} as payer_name,
    purpose,
    vat_rate,
    amount,
    currency,
    booked_on
from recognise_banks
