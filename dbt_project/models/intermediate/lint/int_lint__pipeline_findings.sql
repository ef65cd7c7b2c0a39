with stages as (
    select * from {{ ref('int_lint__measured_stages') }}
),

rules as (
    select * from {{ ref('lint_rules') }}
),

flows as (
    select * from {{ ref('int_lint__stage_flows') }}
),

parsed_names as (
    select
        *,
        name as pipeline_name
    from {{ ref('int_lint__parsed_names') }}
),

-- every stage of amoCRM's own counts there, also the two ends and what comes in unsorted
count_stages as (
    select
        account_id,
        pipeline_id,
        count(*) as stages
    from {{ ref('int_funnel__stages') }}
    where is_listed and account_id <> {{ var('files_account_id') }}
    group by account_id, pipeline_id
),

count_pipelines as (
    select
        stages.account_id,
        count(distinct stages.pipeline_id) as pipelines
    from stages
    where stages.account_id <> {{ var('files_account_id') }}
    group by stages.account_id
),

judge_fragments as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_name,
        stages.stage_order,
        rules.stages as minimum_stages,
        rules.share as minimum_share,
        coalesce(
            stages.stays >= rules.minimum_base
            and case
                when stages.worked_stays >= rules.minimum_base then stages.worked_p50_seconds
                else stages.median_seconds
            end < rules.minutes * 60,
            false
        ) as is_momentary,
        -- what is sold gets delivered: there a stage without losses is in order
        coalesce(
            stages.pipeline_role <> 'delivery'
            and stages.exits >= rules.minimum_base
            and stages.forward_share > rules.forward_share,
            false
        ) as is_lossless
    from stages
    inner join rules on rules.rule_id = 'fragmented_pipeline'
    where stages.pipeline_role not in ('graveyard', 'automation')
),

count_fragments as (
    select
        account_id,
        pipeline_id,
        minimum_stages,
        minimum_share,
        count(*) as stages,
        count(case when is_momentary or is_lossless then 1 end) as fragments,
        count(case when is_momentary then 1 end) as momentary,
        count(case when is_lossless then 1 end) as lossless
    from judge_fragments
    group by account_id, pipeline_id, minimum_stages, minimum_share
),

sum_pipelines as (
    select
        account_id,
        pipeline_id,
        pipeline_name,
        pipeline_role,
        count(*) as stages,
        count(case when is_default_stage then 1 end) as default_stages,
        sum(stays) as stays,
        sum(inner_forward_exits) as worked_moves
    from stages
    group by account_id, pipeline_id, pipeline_name, pipeline_role
),

count_robots as (
    select
        account_id,
        pipeline_id,
        sum(signed_entries) as moves,
        sum(robot_entries) as robot_moves
    from flows
    group by account_id, pipeline_id
),

find_fragmented as (
    select
        account_id,
        pipeline_id,
        'fragmented_pipeline' as rule_id,
        fragments / cast(stages as double) as score,
        concat(
            {{ in_language('этапов, которые проходят за минуты: ', 'stages passed in minutes: ') }},
            momentary,
            {{ in_language(', без потерь: ', ', without a loss: ') }},
            lossless,
            {{ in_language('; всего этапов: ', '; stages in all: ') }},
            stages
        ) as evidence
    from count_fragments
    where fragments >= minimum_stages and fragments >= minimum_share * stages
),

find_untouched as (
    select
        pipelines.account_id,
        pipelines.pipeline_id,
        'default_untouched' as rule_id,
        1 - pipelines.worked_moves / cast(greatest(pipelines.stays, 1) as double) as score,
        concat(
            {{ in_language(
                'этапы названы так, как их создаёт amoCRM: ',
                'stages named as amoCRM makes them: '
            ) }},
            pipelines.default_stages,
            {{ in_language(
                '; переходов вперёд внутри воронки: ',
                '; moves forward inside the pipeline: '
            ) }},
            cast(pipelines.worked_moves as bigint)
        ) as evidence
    from sum_pipelines as pipelines
    inner join rules on rules.rule_id = 'default_untouched'
    where
        pipelines.default_stages = pipelines.stages
        and pipelines.stages >= rules.stages
        and pipelines.worked_moves <= rules.share * pipelines.stays
),

find_automation as (
    select
        pipelines.account_id,
        pipelines.pipeline_id,
        'automation_untyped' as rule_id,
        coalesce(robots.robot_moves / cast(nullif(robots.moves, 0) as double), 1) as score,
        concat(
            {{ in_language('переходов, сделанных роботом: ', 'moves made by a robot: ') }},
            cast(coalesce(robots.robot_moves, 0) as bigint),
            {{ in_language(' из ', ' of ') }},
            cast(coalesce(robots.moves, 0) as bigint)
        ) as evidence
    from sum_pipelines as pipelines
    inner join rules on rules.rule_id = 'automation_untyped'
    left join count_robots as robots
        on
            pipelines.account_id = robots.account_id
            and pipelines.pipeline_id = robots.pipeline_id
    left join parsed_names on pipelines.pipeline_name = parsed_names.pipeline_name
    where
        pipelines.pipeline_role <> 'automation'
        and (
            coalesce(parsed_names.is_automation, false)
            or (
                robots.moves >= rules.minimum_base
                and robots.robot_moves >= rules.share * robots.moves
            )
        )
),

find_near_limits as (
    select
        count_stages.account_id,
        count_stages.pipeline_id,
        rules.rule_id,
        count_stages.stages / cast(rules.limit_count as double) as score,
        concat(
            {{ in_language('этапов: ', 'stages: ') }},
            count_stages.stages,
            {{ in_language(', предел ', ', the limit is ') }},
            rules.limit_count
        ) as evidence
    from count_stages
    inner join rules on rules.rule_id = 'stages_near_limit'
    where count_stages.stages >= rules.share * rules.limit_count

    union all

    select
        count_pipelines.account_id,
        0 as pipeline_id,
        rules.rule_id,
        count_pipelines.pipelines / cast(rules.limit_count as double) as score,
        concat(
            {{ in_language('воронок: ', 'pipelines: ') }},
            count_pipelines.pipelines,
            {{ in_language(', предел ', ', the limit is ') }},
            rules.limit_count
        ) as evidence
    from count_pipelines
    inner join rules on
        (
            rules.rule_id = 'many_pipelines'
            and count_pipelines.pipelines > rules.limit_count
        )
        or (
            rules.rule_id = 'pipelines_near_limit'
            and count_pipelines.pipelines >= rules.share * rules.limit_count
        )
)

select * from find_fragmented
union all
select * from find_untouched
union all
select * from find_automation
union all
select * from find_near_limits
