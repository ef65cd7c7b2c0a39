{% set ended_at = 'coalesce(visits.left_at, ' ~ as_of() ~ ')' %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

judged_moves as (
    select * from {{ ref('int_funnel__judged_moves') }}
),

working_days as (
    select * from {{ ref('int_company__working_days') }}
)

select
    -- ids
    visits.account_id,
    visits.deal_id,
    visits.visit_number,
    visits.pipeline_id,
    visits.stage_id,
    visits.from_pipeline_id,
    visits.from_stage_id,
    visits.entered_by_user_id,
    visits.responsible_user_id,
    entries.mass_change_id,
    -- strings
    visits.pipeline_name,
    visits.stage_name,
    visits.stage_name_now,
    visits.direction,
    visits.repair,
    entries.skip_class,
    entries.skip_evidence,
    -- numbers
    visits.stage_order,
    visits.dwell_seconds,
    case
        when visits.dwell_seconds is not null
            then {{ working_seconds('visits.entered_at', ended_at, 'entry_days', 'exit_days') }}
    end as working_seconds,
    visits.skipped_stages,
    -- booleans
    visits.is_open,
    visits.is_won,
    visits.is_lost,
    visits.is_listed,
    visits.is_order_derived,
    visits.is_reopened,
    visits.is_interrupted,
    visits.is_backdated,
    visits.is_unbroken,
    visits.is_deleted,
    coalesce(entries.is_click_through, false) as is_click_through,
    coalesce(entries.is_mass_change, false) as is_mass_change,
    coalesce(entries.is_sloppy, false) as is_sloppy,
    coalesce(exits.is_mass_change, false) as is_mass_change_exit,
    coalesce(exits.is_sloppy, false) as is_sloppy_exit,
    -- timestamps
    visits.entered_at,
    visits.left_at
from visits
left join judged_moves as entries
    on
        visits.account_id = entries.account_id
        and visits.deal_id = entries.deal_id
        and visits.visit_number = entries.visit_number
left join judged_moves as exits
    on
        visits.account_id = exits.account_id
        and visits.deal_id = exits.deal_id
        and visits.visit_number + 1 = exits.visit_number
left join working_days as entry_days
    on {{ local_date('visits.entered_at') }} = entry_days.day_on
left join working_days as exit_days
    on {{ local_date(ended_at) }} = exit_days.day_on
