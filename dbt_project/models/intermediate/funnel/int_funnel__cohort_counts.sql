{{ config(materialized='view') }}

{% set outcomes = ['advanced', 'lost_here', 'still_here', 'moved_on', 'left_otherwise'] %}
{% set measures = ['entered', 'resolved'] + outcomes + [
    'lost_after_advancing', 'here_after_advancing', 'reactivated'
] %}
{% set cohort = [
    'account_id', 'pipeline_id', 'stage_id',
    'period_kind', 'period_start', 'breakdown', 'breakdown_value'
] | join(', ') %}

with passed_stages as (
    select * from {{ ref('int_funnel__passed_stages') }}
),

reached_stages as (
    select * from {{ ref('int_funnel__reached_stages') }}
),

count_reached as (
    {% for period_kind, breakdown in cohort_cuts() %}
        select
            account_id,
            pipeline_id,
            stage_id,
            '{{ period_kind }}' as period_kind,
            {{ period_of(period_kind, 'entered_on') }} as period_start,
            '{{ breakdown }}' as breakdown,
            {{ breakdown_value(breakdown) }} as breakdown_value,
            {% for prefix, condition in [('', 'true'), ('strict_', 'is_strict')] %}
                count(*) filter (where {{ condition }}) as {{ prefix }}entered,
                {% for outcome in outcomes %}
                    count(*) filter (where {{ condition }} and outcome = '{{ outcome }}')
                        as {{ prefix }}{{ outcome }},
                {% endfor %}
                count(*) filter (where {{ condition }} and is_advanced and is_lost_here)
                    as {{ prefix }}lost_after_advancing,
                count(*) filter (where {{ condition }} and is_advanced and is_still_here)
                    as {{ prefix }}here_after_advancing,
                count(*) filter (where {{ condition }} and is_reactivated)
                    as {{ prefix }}reactivated,
                count(*) filter (where {{ condition }} and is_resolved) as {{ prefix }}resolved,
            {% endfor %}
            median(stay_seconds) as median_seconds,
            median(case when is_strict then stay_seconds end) as strict_median_seconds
        from reached_stages
        {% if period_kind == 'week' %}
            where entered_on >= {{ first_cohort_week() }}
        {% endif %}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- a stage that everybody jumped over shows a zero, not a hole
add_passed as (
    select
        {{ cohort }},
        {% for measure in measures %}
            coalesce(count_reached.{{ measure }}, 0) as {{ measure }},
            coalesce(count_reached.strict_{{ measure }}, 0) as strict_{{ measure }},
        {% endfor %}
        coalesce(passed_stages.passed, 0) as passed,
        count_reached.median_seconds,
        count_reached.strict_median_seconds
    from count_reached
    full outer join passed_stages using ({{ cohort }})
)

select * from add_passed
