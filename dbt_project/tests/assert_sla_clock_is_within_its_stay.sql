-- a clock cannot run longer than its stay lasts, nor anybody be waited for outside it
select
    account_id,
    deal_id,
    visit_number,
    running_seconds,
    total_seconds,
    waiting_since
from {{ ref('fct_stage_sla') }}
where
    running_seconds not between 0 and total_seconds
    or waiting_since not between entered_at and coalesce(left_at, {{ as_of() }})
    or (is_breach and is_warning)
