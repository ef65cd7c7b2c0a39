{% set outcomes = ['advanced', 'lost_here', 'still_here', 'moved_on', 'left_otherwise'] %}

with reached_stages as (
    select * from {{ ref('int_funnel__reached_stages') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

-- every deal of a cohort has one outcome: going further counts for good, then what stands now
month_cohorts as (
    select
        *,
        case
            when is_advanced then 'advanced'
            when is_still_here then 'still_here'
            when is_lost_here then 'lost_here'
            when is_moved_on then 'moved_on'
            else 'left_otherwise'
        end as outcome,
        {{ month_of(local_date('entered_at')) }} as cohort_month
    from reached_stages
),

two_views as (
    select
        *,
        'imputed' as view,
        true as counts
    from month_cohorts

    union all

    select
        *,
        'visited' as view,
        is_visited as counts
    from month_cohorts
),

-- both views have the same rows, so that a stage everybody jumped over shows a zero, not a hole
count_cohorts as (
    select
        account_id,
        pipeline_id,
        stage_id,
        cohort_month,
        view,
        count(*) filter (where counts) as entered,
        {% for outcome in outcomes %}
            count(*) filter (where counts and outcome = '{{ outcome }}') as {{ outcome }},
        {% endfor %}
        count(*) filter (where counts and is_advanced and is_lost_here) as lost_after_advancing,
        count(*) filter (where counts and is_advanced and is_still_here) as here_after_advancing,
        count(*) filter (
            where counts and (outcome in ('advanced', 'moved_on') or is_deal_closed)
        ) as resolved,
        count(*) as imputed,
        count(*) filter (where is_visited) as visited,
        median(stay_seconds) as median_seconds
    from two_views
    group by account_id, pipeline_id, stage_id, cohort_month, view
),

name_pipelines as (
    select distinct
        account_id,
        pipeline_id,
        pipeline_name,
        bool_or(is_order_derived) over (partition by account_id, pipeline_id) as is_order_derived
    from stages
),

describe_cohorts as (
    select
        count_cohorts.account_id,
        count_cohorts.pipeline_id,
        name_pipelines.pipeline_name,
        count_cohorts.stage_id,
        case
            when count_cohorts.stage_id = 0 then '__all__' else stages.stage_name
        end as stage_name,
        case when count_cohorts.stage_id = 0 then 0 else stages.stage_order end as stage_order,
        count_cohorts.cohort_month,
        count_cohorts.view,
        count_cohorts.entered,
        {% for outcome in outcomes %}
            count_cohorts.{{ outcome }},
        {% endfor %}
        count_cohorts.lost_after_advancing,
        count_cohorts.here_after_advancing,
        -- nothing lies beyond a win
        case
            when not coalesce(stages.is_won, false)
                then cast(count_cohorts.advanced as double) / nullif(count_cohorts.entered, 0)
        end as conversion,
        cast(count_cohorts.imputed - count_cohorts.visited as double) / count_cohorts.imputed
            as skip_share,
        cast(count_cohorts.resolved as double) / nullif(count_cohorts.entered, 0)
            as resolved_share,
        cast(count_cohorts.median_seconds as double) / 86400 as median_days_to_next,
        name_pipelines.is_order_derived
    from count_cohorts
    inner join name_pipelines using (account_id, pipeline_id)
    left join stages using (account_id, pipeline_id, stage_id)
)

select * from describe_cohorts
