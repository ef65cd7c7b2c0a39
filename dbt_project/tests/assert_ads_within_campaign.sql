-- Ads of a settled day that cost more than their campaign: a person has to know, the money stands.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'rpt_spend_by_ad'}}}) }}

select
    cabinet,
    campaign_id,
    spend_on,
    cost_gross
from {{ ref('rpt_spend_by_ad') }}
where bucket = 'not_in_ad_detail' and cost_gross < 0 and not is_provisional
