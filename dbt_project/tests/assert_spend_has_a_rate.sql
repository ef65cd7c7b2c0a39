-- Spend that could not be converted stays in its own currency, and spend converted by a rate that
-- is too old may be off: a person has to know.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_spend'}}}) }}

select
    currency_original,
    rate_flag,
    min(spend_on) as first_on,
    max(spend_on) as last_on,
    sum(cost_gross_original) as cost_gross_original
from {{ ref('fct_spend') }}
where rate_flag in ('no_rate', 'stale')
group by currency_original, rate_flag
