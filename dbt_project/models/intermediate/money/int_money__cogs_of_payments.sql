with customer_money as (
    select * from {{ ref('int_money__customer_money') }}
    where deal_id is not null
),

deal_cogs as (
    select * from {{ ref('int_money__deal_cogs') }}
),

-- what was paid so far is compared with the price as it stands on the card, VAT and all; money that
-- could not be converted cannot be compared with anything
sum_so_far as (
    select
        customer_money.account_id,
        customer_money.payment_id,
        customer_money.deal_id,
        customer_money.currency,
        deal_cogs.cogs_method,
        deal_cogs.cogs,
        deal_cogs.price,
        row_number() over payments_in_order as payment_number,
        sum(customer_money.amount_gross) over payments_in_order as paid_so_far
    from customer_money
    inner join deal_cogs
        on
            customer_money.account_id = deal_cogs.account_id
            and customer_money.deal_id = deal_cogs.deal_id
            and customer_money.currency = deal_cogs.currency
    where deal_cogs.cogs is not null
    window payments_in_order as (
        partition by customer_money.account_id, customer_money.deal_id
        order by
            customer_money.booked_on,
            customer_money.payment_class,
            customer_money.payment_id
        rows between unbounded preceding and current row
    )
),

take_parts as (
    select
        *,
        cast(
            case
                when paid_so_far <= 0 then 0
                when coalesce(price, 0) <= 0 or paid_so_far >= price then cogs
                else {{ part_of_money('cogs', 'paid_so_far', 'price') }}
            end as decimal(18, 2)
        ) as cogs_so_far
    from sum_so_far
),

-- differences of what had been carried before: a deal paid in full carries its cost to the kopeck
take_differences as (
    select
        account_id,
        payment_id,
        deal_id,
        cogs_method,
        cogs_so_far - lag(cogs_so_far, 1, 0) over (
            partition by account_id, deal_id order by payment_number
        ) as cogs,
        currency
    from take_parts
)

select * from take_differences
