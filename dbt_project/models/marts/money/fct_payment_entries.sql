with movements as (
    select * from {{ ref('int_money__movements') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

customer_money as (
    select * from {{ ref('int_money__customer_money') }}
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
),

account as (
    select * from {{ ref('int_company__account') }}
),

records as (
    select * from {{ ref('int_provenance__records') }}
    where record_kind = 'payment'
),

sign_movements as (
    select
        *,
        case when direction = 'in' then amount else -amount end as signed_amount
    from movements
),

convert_movements as (
    select
        account.account_id,
        movements.payment_id,
        movements.source,
        movements.own_account,
        coalesce(movements.is_duplicate, false) as is_duplicate,
        case when movements.is_duplicate is not true then movements.payment_id end
            as counted_payment_id,
        case when movements.direction = 'in' then movements.payer_name else movements.payee_name end
            as counterparty_name,
        movements.purpose,
        movements.document_number,
        {{ to_company_currency('movements.signed_amount', 'movements.currency') }} as amount,
        {{ company_currency('movements.currency') }} as currency,
        movements.signed_amount as amount_original,
        movements.currency as currency_original,
        movements.booked_on
    from sign_movements as movements
    cross join account
    left join rates
        on movements.currency = rates.currency and movements.booked_on = rates.rate_on
),

-- a movement that stands nowhere else keeps a row, under a name that a test looks for
name_classes as (
    select
        convert_movements.*,
        payments.payment_class,
        case
            when convert_movements.is_duplicate then 'duplicate'
            when payments.payment_id is null then 'not_in_payments'
            when payments.payment_class in ('customer_payment', 'customer_refund')
                then 'not_in_customer_money'
            else 'class_' || payments.payment_class
        end as class_bucket
    from convert_movements
    left join payments
        on
            convert_movements.source = payments.source
            and convert_movements.counted_payment_id = payments.payment_id
),

-- keys of joins are made beforehand: a condition on one side only would compare all with all
find_customer_payments as (
    select
        *,
        case when class_bucket = 'not_in_customer_money' then payment_id end
            as customer_payment_id
    from name_classes
),

customer_parts as (
    select
        customer_money.payment_id,
        customer_money.deal_id,
        customer_money.bucket,
        customer_money.channel,
        customer_money.amount_gross,
        allocations.method,
        sum(customer_money.amount_gross) over (
            partition by customer_money.payment_id
            order by customer_money.deal_id, customer_money.bucket
            rows between unbounded preceding and current row
        ) as gross_so_far,
        sum(customer_money.amount_gross) over (partition by customer_money.payment_id)
            as gross_of_parts
    from customer_money
    left join allocations
        on
            customer_money.account_id = allocations.account_id
            and customer_money.payment_id = allocations.payment_id
            and customer_money.deal_id = allocations.deal_id
),

split_payments as (
    select
        movements.account_id,
        movements.payment_id,
        movements.source,
        movements.own_account,
        movements.payment_class,
        movements.counterparty_name,
        movements.purpose,
        movements.document_number,
        customer_parts.deal_id,
        coalesce(customer_parts.bucket, movements.class_bucket) as bucket,
        customer_parts.channel,
        case when customer_parts.bucket = 'allocated' then customer_parts.method end as method,
        coalesce(customer_parts.amount_gross, movements.amount) as amount,
        movements.currency,
        -- a split in another currency: what is owed to the parts so far, rounded, so that the last
        -- of them takes the kopeck left over
        case
            when customer_parts.payment_id is null then movements.amount_original
            when movements.currency = movements.currency_original
                then customer_parts.gross_so_far
            when customer_parts.gross_so_far = customer_parts.gross_of_parts
                then movements.amount_original
            else {{ money(
                'cast(movements.amount_original as double)'
                ~ ' * cast(customer_parts.gross_so_far as double)'
                ~ ' / cast(nullif(customer_parts.gross_of_parts, 0) as double)'
            ) }}
        end as original_so_far,
        movements.currency_original,
        movements.booked_on
    from find_customer_payments as movements
    left join customer_parts
        on movements.customer_payment_id = customer_parts.payment_id
),

part_originals as (
    select
        *,
        original_so_far - coalesce(
            lag(original_so_far) over (
                partition by source, payment_id, bucket = 'duplicate' order by deal_id, bucket
            ),
            0
        ) as amount_original
    from split_payments
)

select
    -- ids
    part_originals.account_id,
    part_originals.payment_id,
    part_originals.deal_id,
    part_originals.source,
    records.load_id,
    -- strings
    part_originals.bucket,
    part_originals.method,
    case
        when part_originals.bucket <> 'allocated' then 'none'
        when part_originals.method in ('deal_id', 'deal_number') then 'deal'
        when left(part_originals.method, 7) = 'invoice' then 'invoice'
        when left(part_originals.method, 3) = 'inn' then 'inn'
        when part_originals.method = 'refund_of_payment' then 'refund'
        when part_originals.method = 'manual' then 'manual'
        else 'other'
    end as method_group,
    part_originals.payment_class,
    part_originals.channel,
    part_originals.own_account,
    part_originals.counterparty_name,
    part_originals.purpose,
    part_originals.document_number,
    records.raw_table,
    records.load_rule,
    -- money
    {{ money('part_originals.amount') }} as amount,
    part_originals.currency,
    {{ money('part_originals.amount_original') }} as amount_original,
    part_originals.currency_original,
    -- days
    part_originals.booked_on,
    -- timestamps
    records.loaded_at
from part_originals
left join records
    on
        part_originals.source = records.source
        -- what an acquirer kept was told with its payment
        and replace(part_originals.payment_id, ':fee', '') = records.record_id
