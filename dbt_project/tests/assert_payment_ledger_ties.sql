-- Every day of every feed of money is the sum of its buckets, to the kopeck, as the feed told it
-- and in the company's money; no payment is without a place; and the customers' part is the money
-- of the reports.
with ledger as (
    select * from {{ ref('rpt_payment_ledger') }}
),

customer_money as (
    select * from {{ ref('int_money__customer_money') }}
),

rates as (
    select
        currency,
        max(rate) as rate
    from {{ ref('int_money__currency_rates') }}
    group by currency
),

sum_days as (
    select
        source,
        currency_original,
        booked_on,
        sum(amount) as amount,
        min(source_total) as lowest_total,
        max(source_total) as highest_total,
        sum(amount_original) as amount_original,
        max(source_total_original) as total_original,
        max(source_rows) as source_rows,
        coalesce(sum(amount) filter (where bucket = 'rounding'), 0) as rounding,
        coalesce(sum(amount_original) filter (where bucket = 'rounding'), 0) as rounding_original,
        count(*) filter (where bucket in ('not_in_payments', 'not_in_customer_money')) as strays
    from ledger
    group by source, currency_original, booked_on
),

-- in the account's own currency nothing is rounded; each movement is converted by itself
allow_rounding as (
    select
        sum_days.*,
        (2 * sum_days.source_rows + 1) * 0.005 * sign(coalesce(rates.rate, 0)) as allowed
    from sum_days
    left join rates on sum_days.currency_original = rates.currency
),

ledger_totals as (
    select
        currency,
        sum(amount) as amount
    from ledger
    where bucket in ('allocated', 'not_in_customer_money') or left(bucket, 11) = 'unallocated'
    group by currency
),

customer_totals as (
    select
        currency,
        sum(amount_gross) as amount
    from customer_money
    group by currency
),

find_gaps as (
    select
        source || ', ' || currency_original || ', ' || cast(booked_on as string) as subject,
        highest_total as expected_amount,
        amount as found_amount
    from allow_rounding
    where
        amount <> highest_total
        or lowest_total <> highest_total
        or amount_original <> total_original
        or rounding_original <> 0
        or abs(rounding) > allowed
        or strays > 0

    union all

    select
        currency || ', customer money' as subject,
        customer_totals.amount as expected_amount,
        ledger_totals.amount as found_amount
    from customer_totals
    full outer join ledger_totals using (currency)
    where customer_totals.amount is distinct from ledger_totals.amount
)

select * from find_gaps
