with forecasts as (
    select * from {{ ref('int_funnel__forecast_timed_deals') }}
    where origin_number = {{ forecast_months() + 1 }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
)

select
    -- ids
    forecasts.account_id,
    forecasts.deal_id,
    forecasts.pipeline_id,
    forecasts.stage_id,
    deals.responsible_user_id,
    -- strings
    stages.pipeline_name,
    stages.stage_name,
    forecasts.level as timing_basis,
    -- numbers
    forecasts.age_days,
    cast({{ age_class_edge("forecasts.age_class") }} as integer) as age_class_from_days,
    cast({{ age_class_edge('forecasts.age_class', next=true) }} as integer) as age_class_to_days,
    forecasts.seen as closed_stays,
    forecasts.chance as win_probability,
    forecasts.naive_chance as naive_probability,
    -- money
    {{ money('forecasts.price') }} as price,
    {{ money('forecasts.paid_amount') }} as paid_amount,
    {{ money('forecasts.unpaid_price * forecasts.chance') }} as weighted_amount,
    {{ money('forecasts.unpaid_price * coalesce(forecasts.naive_chance, forecasts.chance)') }}
        as naive_amount,
    {{ money('forecasts.unpaid_price * forecasts.chance * forecasts.paid_share') }}
        as expected_amount,
    forecasts.currency,
    -- booleans
    forecasts.is_price_imputed,
    -- days
    {{ month_of('forecasts.expected_paid_on') }} as expected_month,
    forecasts.expected_paid_on
from forecasts
inner join stages using (account_id, pipeline_id, stage_id)
inner join deals
    on
        forecasts.account_id = deals.account_id
        and forecasts.deal_id = deals.deal_id
