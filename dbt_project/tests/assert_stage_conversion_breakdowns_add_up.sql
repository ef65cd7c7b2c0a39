{% set measures = [
    'entered', 'advanced', 'lost_here', 'still_here', 'moved_on', 'left_otherwise',
    'lost_after_advancing', 'here_after_advancing', 'reactivated',
] %}

-- However cohorts are cut, they are the same deals: values of a breakdown sum to the whole, which
-- in months is rpt_stage_conversion.
with all_cuts as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        'month' as period_kind,
        cohort_month as period_start,
        'report' as cut,
        {{ measures | join(', ') }}
    from {{ ref('rpt_stage_conversion') }}

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        period_kind,
        period_start,
        breakdown as cut,
        {{ measures | join(', ') }}
    from {{ ref('rpt_stage_conversion_by') }}
),

-- zeroes have rows in the whole only
sum_cuts as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        period_kind,
        period_start,
        {% for measure in measures %}
            sum({{ measure }}) as {{ measure }},
        {% endfor %}
        cut
    from all_cuts
    where entered > 0
    group by all
),

compare_cuts as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        period_kind,
        period_start
    from sum_cuts
    group by all
    having
        count(*) <> case period_kind when 'month' then 4 else 2 end
        {% for measure in measures %}
            or min({{ measure }}) <> max({{ measure }})
        {% endfor %}
),

label_periods as (
    select
        *,
        period_kind = 'week' as is_week,
        period_kind = 'month' and period_start >= {{ first_cohort_week() }} as is_whole_month,
        period_kind = 'month' and period_start >= {{ month_of(first_cohort_week()) }} as is_month
    from sum_cuts
    where cut = 'all'
),

-- weeks straddle months: all of them lie between the whole months since the first week and those
-- months with the one in which it begins
sum_periods as (
    select
        account_id,
        pipeline_id,
        stage_id,
        {% for measure in measures %}
            coalesce(sum({{ measure }}) filter (where is_week), 0) as weeks_{{ measure }},
            coalesce(sum({{ measure }}) filter (where is_whole_month), 0)
                as whole_months_{{ measure }},
            coalesce(sum({{ measure }}) filter (where is_month), 0) as months_{{ measure }},
        {% endfor %}
        view
    from label_periods
    group by all
),

compare_weeks as (
    select
        account_id,
        pipeline_id,
        stage_id,
        view,
        'weeks' as period_kind,
        cast(null as date) as period_start
    from sum_periods
    where
        weeks_entered not between whole_months_entered and months_entered
        {% for measure in measures[1:] %}
            or weeks_{{ measure }} not between whole_months_{{ measure }} and months_{{ measure }}
        {% endfor %}
)

select * from compare_cuts
union all
select * from compare_weeks
