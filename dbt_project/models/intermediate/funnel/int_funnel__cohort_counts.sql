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
    select
        *,
        'visited' as view
    from {{ ref('int_funnel__reached_stages') }}

    union all

    select
        *,
        'strict' as view
    from {{ ref('int_funnel__reached_stages') }}
    where is_strict
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
            view,
            count(*) as entered,
            {% for outcome in outcomes %}
                count(*) filter (where outcome = '{{ outcome }}') as {{ outcome }},
            {% endfor %}
            count(*) filter (where is_advanced and is_lost_here) as lost_after_advancing,
            count(*) filter (where is_advanced and is_still_here) as here_after_advancing,
            count(*) filter (where is_reactivated) as reactivated,
            count(*) filter (where is_resolved) as resolved,
            median(stay_seconds) as median_seconds
        from reached_stages
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

visited_cohorts as (
    select * from count_reached
    where view = 'visited'
),

strict_cohorts as (
    select * from count_reached
    where view = 'strict'
),

add_passed as (
    select
        {{ cohort }},
        {% for measure in measures %}
            coalesce(visited_cohorts.{{ measure }}, 0) as {{ measure }},
        {% endfor %}
        coalesce(passed_stages.passed, 0) as passed,
        visited_cohorts.median_seconds
    from visited_cohorts
    full outer join passed_stages using ({{ cohort }})
),

-- who passed a stage without entering it has advanced: view imputed adds to these counts alone. All
-- views have the same rows, so that a stage everybody jumped over shows a zero, not a hole
all_views as (
    select
        {{ cohort }},
        'imputed' as view,
        {% for measure in measures %}
            {{ measure }}
            {{ '+ passed' if measure in ['entered', 'resolved', 'advanced'] }} as {{ measure }},
        {% endfor %}
        entered + passed as imputed_entered,
        entered as visited_entered,
        median_seconds
    from add_passed

    union all

    select
        {{ cohort }},
        'visited' as view,
        {% for measure in measures %}
            {{ measure }},
        {% endfor %}
        entered + passed as imputed_entered,
        entered as visited_entered,
        median_seconds
    from add_passed

    union all

    select
        {{ cohort }},
        'strict' as view,
        {% for measure in measures %}
            coalesce(strict_cohorts.{{ measure }}, 0) as {{ measure }},
        {% endfor %}
        add_passed.entered + add_passed.passed as imputed_entered,
        add_passed.entered as visited_entered,
        strict_cohorts.median_seconds
    from add_passed
    left join strict_cohorts using ({{ cohort }})
)

select * from all_views
