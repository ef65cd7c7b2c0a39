with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
)

select
    account_id,
    deal_id,
    visit_number,
    pipeline_id,
    stage_id,
    entered_by_user_id,
    responsible_user_id,
    stage_name,
    direction,
    repair,
    stage_order,
    dwell_seconds,
    skipped_stages,
    is_open,
    is_order_derived,
    entered_at,
    left_at
from visits
