-- Every deal of a cohort has exactly one outcome, and what came after a return is part of advanced.
select
    account_id,
    pipeline_id,
    stage_id,
    period_kind,
    period_start,
    breakdown,
    breakdown_value,
    view
from {{ ref('rpt_stage_conversion_by') }}
where
    entered <> advanced + lost_here + still_here + moved_on + left_otherwise
    or lost_after_advancing + here_after_advancing > advanced
    or reactivated > entered
