-- Every day of every cabinet is the sum of its buckets, to the kopeck, as the feed told it and in
-- the company's money; rounding explains no more than half a kopeck a row and step; and the ledger
-- is fct_spend, which the reports show.
with ledger as (
    select * from {{ ref('rpt_spend_ledger') }}
),

spend as (
    select * from {{ ref('fct_spend') }}
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
        cabinet,
        part,
        currency_original,
        spend_on,
        sum(amount) as amount,
        min(source_total) as lowest_total,
        max(source_total) as highest_total,
        sum(amount_original) as amount_original,
        max(source_total_original) as total_original,
        max(source_rows) as source_rows,
        coalesce(sum(amount) filter (where bucket = 'rounding'), 0) as rounding,
        coalesce(sum(amount_original) filter (where bucket = 'rounding'), 0) as rounding_original
    from ledger
    group by source, cabinet, part, currency_original, spend_on
),

-- a row is rounded to the kopeck when VAT goes on or off and again when it is converted
allow_rounding as (
    select
        sum_days.*,
        (sum_days.source_rows + 1) * 0.005 as allowed_original,
        (sum_days.source_rows + 1) * 0.01 * (1 + coalesce(rates.rate, 0)) as allowed
    from sum_days
    left join rates on sum_days.currency_original = rates.currency
),

ledger_totals as (
    select
        source,
        currency,
        sum(amount) filter (where bucket <> 'rounding') as amount,
        sum(rows) filter (where part = 'cost') as entries
    from ledger
    group by source, currency
),

spend_totals as (
    select
        source,
        currency,
        sum({{ by_vat_policy('cost_gross', 'cost_net') }} + surcharge) as amount,
        count(*) as entries
    from spend
    group by source, currency
),

find_gaps as (
    select
        source || ', ' || cabinet || ', ' || part || ', ' || cast(spend_on as string) as subject,
        highest_total as expected_amount,
        amount as found_amount
    from allow_rounding
    where
        amount <> highest_total
        or lowest_total <> highest_total
        or amount_original <> total_original
        or abs(rounding) > allowed
        or abs(rounding_original) > allowed_original

    union all

    select
        source || ', ' || currency || ', fct_spend' as subject,
        spend_totals.amount as expected_amount,
        ledger_totals.amount as found_amount
    from spend_totals
    full outer join ledger_totals using (source, currency)
    where
        spend_totals.amount is distinct from ledger_totals.amount
        or spend_totals.entries is distinct from ledger_totals.entries
)

select * from find_gaps
