{% set measures = [
    'entered', 'resolved', 'advanced', 'lost_here', 'still_here', 'moved_on', 'left_otherwise',
    'lost_after_advancing', 'here_after_advancing', 'reactivated',
] %}

with cohort_counts as (
    select * from {{ ref('int_funnel__cohort_counts') }}
),

views as (
    {% for view in ['imputed', 'visited', 'strict'] %}
        select '{{ view }}' as view
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- who passed a stage without entering it has advanced: view imputed adds to these counts alone
split_views as (
    select
        cohort_counts.account_id,
        cohort_counts.pipeline_id,
        cohort_counts.stage_id,
        cohort_counts.period_kind,
        cohort_counts.period_start,
        cohort_counts.breakdown,
        cohort_counts.breakdown_value,
        case when cohort_counts.breakdown = 'manager' then cohort_counts.breakdown_value end
            as manager,
        views.view,
        {% for measure in measures %}
            case views.view
                when 'strict' then cohort_counts.strict_{{ measure }}
                {% if measure in ['entered', 'resolved', 'advanced'] %}
                    when 'imputed' then cohort_counts.{{ measure }} + cohort_counts.passed
                {% endif %}
                else cohort_counts.{{ measure }}
            end as {{ measure }},
        {% endfor %}
        cohort_counts.entered + cohort_counts.passed as imputed_entered,
        cohort_counts.entered as visited_entered,
        case views.view
            when 'strict' then cohort_counts.strict_median_seconds
            else cohort_counts.median_seconds
        end as median_seconds
    from cohort_counts
    cross join views
),

-- the whole shows its zeroes, so that all views have the same rows; the many small cohorts of a
-- breakdown do not
cohorts as (
    select * from split_views
    where breakdown = 'all' or entered > 0
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

pipelines as (
    select
        account_id,
        pipeline_id,
        min(pipeline_name) as pipeline_name,
        bool_or(is_order_derived) as is_order_derived
    from stages
    group by account_id, pipeline_id
),

users as (
    select
        *,
        cast(user_id as string) as breakdown_value
    from {{ ref('int_crm__users') }}
)

select
    -- ids; pipeline 0 is all pipelines, stage 0 is creation
    cohorts.account_id,
    cohorts.pipeline_id,
    cohorts.stage_id,
    -- strings
    cohorts.view,
    cohorts.period_kind,
    cohorts.breakdown,
    cohorts.breakdown_value,
    case
        when cohorts.breakdown = 'manager' and cohorts.breakdown_value not in ('0', '__none__')
            then coalesce(
                users.user_name,
                {{ in_language('Сотрудник ', 'User ') }} || cohorts.breakdown_value
                || {{ in_language(' (удалён)', ' (deleted)') }}
            )
        else cohorts.breakdown_value
    end as breakdown_name,
    case
        when cohorts.pipeline_id = 0 then '__all__' else pipelines.pipeline_name
    end as pipeline_name,
    case
        when cohorts.stage_id = 0 then '__all__'
        when cohorts.pipeline_id = 0 then '__won__'
        else stages.stage_name
    end as stage_name,
    -- numbers
    case
        when cohorts.stage_id = 0 then 0
        when cohorts.pipeline_id = 0 then 1
        else stages.stage_order
    end as stage_order,
    cohorts.entered,
    cohorts.advanced,
    cohorts.lost_here,
    cohorts.still_here,
    cohorts.moved_on,
    cohorts.left_otherwise,
    cohorts.lost_after_advancing,
    cohorts.here_after_advancing,
    cohorts.reactivated,
    -- nothing lies beyond a win
    case
        when cohorts.pipeline_id = 0 and cohorts.stage_id <> 0 then null
        when not coalesce(stages.is_won, false)
            then cast(cohorts.advanced as double) / nullif(cohorts.entered, 0)
    end as conversion,
    cast(cohorts.imputed_entered - cohorts.visited_entered as double) / cohorts.imputed_entered
        as skip_share,
    cast(cohorts.resolved as double) / nullif(cohorts.entered, 0) as resolved_share,
    cast(cohorts.median_seconds as double) / 86400 as median_days_to_next,
    -- booleans
    coalesce(pipelines.is_order_derived, false) as is_order_derived,
    -- days
    cohorts.period_start
from cohorts
left join pipelines using (account_id, pipeline_id)
left join stages using (account_id, pipeline_id, stage_id)
left join users
    on
        cohorts.account_id = users.account_id
        and cohorts.manager = users.breakdown_value
