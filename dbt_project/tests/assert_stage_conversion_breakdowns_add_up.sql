{% set measures = [
    'entered', 'advanced', 'lost_here', 'still_here', 'moved_on', 'left_otherwise',
    'lost_after_advancing', 'here_after_advancing', 'reactivated',
] %}

-- However cohorts are cut, they are the same deals: values of a breakdown sum to the whole, which
-- in months is rpt_stage_conversion, and weeks sum to what months do.
with all_cuts as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        cohort_month as month,
        'report' as cut,
        {{ measures | join(', ') }}
    from {{ ref('rpt_stage_conversion') }}

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        case when period_kind = 'month' then period_start end as month,
        breakdown || '_by_' || period_kind as cut,
        {{ measures | join(', ') }}
    from {{ ref('rpt_stage_conversion_by') }}
),

months as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        month,
        {% for measure in measures %}
            sum({{ measure }}) as {{ measure }},
        {% endfor %}
        cut
    from all_cuts
    where cut not like '%week'
    group by all
),

-- weeks straddle months: only the whole history can be compared
histories as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        {% for measure in measures %}
            sum({{ measure }}) as {{ measure }},
        {% endfor %}
        cut
    from all_cuts
    group by all
),

all_sums as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        month,
        4 as cuts,
        {{ measures | join(', ') }}
    from months

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        cast(null as date) as month,
        7 as cuts,
        {{ measures | join(', ') }}
    from histories
)

select
    account_id,
    pipeline_id,
    stage_id,
    view,
    month,
    count(*) as cuts_found
from all_sums
group by all
having
    count(*) <> max(cuts)
    {% for measure in measures %}
        or min({{ measure }}) <> max({{ measure }})
    {% endfor %}
