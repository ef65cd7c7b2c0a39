-- Rows of a cabinet that came without a cost count as zero in every total: a person has to know.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_spend'}}}) }}

select
    cabinet,
    campaign_id,
    spend_on
from {{ ref('fct_spend') }}
where is_cost_missing
