-- The trail has every credit once and no money but theirs: nothing on the way from the bank to the
-- click drops a row or doubles it.
with trail as (
    select
        model,
        currency,
        count(*) as credits,
        sum(amount) as amount
    from {{ ref('fct_money_trail') }}
    group by model, currency
),

credits as (
    select
        model,
        currency,
        count(*) as credits,
        sum(amount) as amount
    from {{ ref('fct_attribution_credits') }}
    group by model, currency
)

select
    model,
    currency,
    credits.amount as expected_amount,
    trail.amount as found_amount
from credits
full outer join trail using (model, currency)
where
    trail.credits is distinct from credits.credits
    or trail.amount is distinct from credits.amount
