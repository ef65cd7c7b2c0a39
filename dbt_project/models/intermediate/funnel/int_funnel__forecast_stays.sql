with stays as (
    select * from {{ ref('int_funnel__described_visits') }}
    where not (is_deleted or is_won or is_lost) and is_unbroken and left_at is not null
),

closings as (
    select * from {{ ref('int_funnel__forecast_positions') }}
    where is_won or is_lost
),

label_stays as (
    select
        stays.account_id,
        stays.deal_id,
        stays.visit_number,
        stays.pipeline_id,
        stays.stage_id,
        closings.first_origin,
        closings.last_origin,
        stays.dwell_seconds,
        cast(stays.dwell_seconds as double) / 86400 as dwell_days,
        closings.is_won,
        stays.visit_number = 1 or stays.from_pipeline_id <> stays.pipeline_id as is_arrival,
        stays.entered_at,
        closings.entered_at as closed_at
    from stays
    inner join closings
        on
            stays.account_id = closings.account_id
            and stays.deal_id = closings.deal_id
            and stays.visit_number < closings.visit_number
)

select
    *,
    {{ age_class('dwell_days') }} as last_age_class
from label_stays
