-- Money that an acquirer collected is income once: its feed has customers' money and fees alone,
-- and a bank's line is its settlement only on days that the feed covers.
with movements as (
    select * from {{ ref('int_money__classified_payments') }}
),

acquirers as (
    select * from {{ ref('int_money__acquirers') }}
)

select
    movements.payment_id,
    movements.source,
    movements.payment_class,
    movements.booked_on
from movements
inner join acquirers on movements.source = acquirers.source
where
    movements.payment_class not in ('customer_payment', 'customer_refund', 'acquiring_fee')

union all

select
    movements.payment_id,
    movements.source,
    movements.payment_class,
    movements.booked_on
from movements
left join acquirers on movements.acquirer = acquirers.source
where
    movements.payment_class = 'acquiring_settlement'
    and (
        acquirers.source is null
        or movements.booked_on <= acquirers.covered_from
        or movements.booked_on > acquirers.covered_to
    )
