-- Rows by ad, buckets included, sum to what the cabinet reported of the campaign's day: to the
-- kopeck; where it reports fractions of one, to half a kopeck.
{{ config(meta={'dagster': {'ref': {'name': 'rpt_spend_by_ad'}}}) }}

with raw_days as (
    {{ source_or_empty('raw_yandex_direct', 'campaign_daily') }}
),

told as (
    select
        login as cabinet,
        coalesce(cast(campaign_id as string), '--') as campaign_id,
        spend_on,
        sum(cast(coalesce(cost_micros, 0) as decimal(38, 0))) as micros,
        case when sum(cost_micros % 10000) <> 0 then 5000 else 0 end as allowed_micros
    from raw_days
    where not is_empty_day
    group by login, campaign_id, spend_on
),

shown as (
    select
        cabinet,
        campaign_id,
        spend_on,
        sum(cost_gross) as cost_gross,
        max(campaign_cost_gross) as campaign_cost_gross
    from {{ ref('rpt_spend_by_ad') }}
    group by cabinet, campaign_id, spend_on
),

compare as (
    select
        cabinet,
        campaign_id,
        spend_on,
        coalesce(told.micros, 0) as micros,
        coalesce(told.allowed_micros, 0) as allowed_micros,
        coalesce(shown.cost_gross, 0) as cost_gross,
        coalesce(shown.campaign_cost_gross, 0) as campaign_cost_gross
    from told
    full outer join shown using (cabinet, campaign_id, spend_on)
)

select * from compare
where
    abs(micros - cost_gross * 1000000) > allowed_micros
    or cost_gross <> campaign_cost_gross
