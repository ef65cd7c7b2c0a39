-- Every deal of a cohort has exactly one outcome, and what came after a return is part of advanced.
select
    account_id,
    pipeline_id,
    stage_id,
    cohort_month,
    view
from {{ ref('rpt_stage_conversion') }}
where
    entered <> advanced + lost_here + still_here + moved_on + left_otherwise
    or lost_after_advancing + here_after_advancing > advanced
