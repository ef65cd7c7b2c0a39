with payments as (
    select * from {{ ref('int_money__candidate_payments') }}
    where purpose is not null
),

find_stretches as (
    select
        payment_id,
        {{ unnest(invoice_stretches(strip_invoice_noise('purpose'), 'deal')) }} as stretch
    from payments
),

find_numbers as (
    select
        payment_id,
        {{ unnest("regexp_extract_all(stretch, '" ~ invoice_number_pattern() ~ "', 0)") }} as number
    from find_stretches
)

select distinct
    payment_id,
    {{ normalise_invoice_number('number') }} as token
from find_numbers
