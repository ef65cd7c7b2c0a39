with all_cuts as (
    select * from {{ ref('rpt_stage_conversion_by') }}
)

select
    account_id,
    pipeline_id,
    stage_id,
    view,
    pipeline_name,
    stage_name,
    stage_order,
    entered,
    advanced,
    lost_here,
    still_here,
    moved_on,
    left_otherwise,
    lost_after_advancing,
    here_after_advancing,
    reactivated,
    conversion,
    skip_share,
    resolved_share,
    median_days_to_next,
    is_order_derived,
    period_start as cohort_month
from all_cuts
where period_kind = 'month' and breakdown = 'all'
