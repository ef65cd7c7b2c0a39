with stages as (
    select * from {{ ref('int_lint__measured_stages') }}
),

rules as (
    select * from {{ ref('lint_rules') }}
),

-- deals put aside are what a graveyard and a bad exit are for; a robot needs no wording
worked_stages as (
    select * from stages
    where
        pipeline_role not in ('graveyard', 'automation')
        and coalesce(stage_role, '') <> 'lost'
),

find_by_names as (
    select
        account_id,
        pipeline_id,
        stage_id,
        'missing_task' as rule_id,
        1.0 as score,
        {{ in_language(
            'описана ситуация, дела для менеджера нет',
            'a situation, and nothing for the manager to do'
        ) }}
            as evidence
    from worked_stages
    where
        has_situation
        and not has_action

    union all

    select
        account_id,
        pipeline_id,
        stage_id,
        'compound_name' as rule_id,
        1 - 1.0 / actions as score,
        {{ in_language('дела в названии: ', 'jobs in the name: ') }} || action_words as evidence
    from worked_stages
    where actions > 1
),

find_wide as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        'wide_dwell' as rule_id,
        1 - stages.worked_p50_seconds / stages.worked_p90_seconds as score,
        concat(
            {{ in_language('медиана ', 'median ') }},
            {{ duration_text('stages.worked_p50_seconds') }},
            {{ in_language(', каждое десятое дольше ', ', one in ten longer than ') }},
            {{ duration_text('stages.worked_p90_seconds') }},
            case
                when stages.bimodality >= rules.bimodality
                    then {{ in_language(', две разные длительности', ', two lengths apart') }}
                else ''
            end,
            {{ in_language('; пребываний: ', '; stays: ') }},
            stages.worked_stays
        ) as evidence
    from worked_stages as stages
    inner join rules on rules.rule_id = 'wide_dwell'
    where
        -- an indefinite stage depends on the client: any length is in order
        coalesce(stages.standard, 'fixed') <> 'indefinite'
        and stages.worked_stays >= rules.minimum_base
        and (
            stages.worked_p90_seconds >= rules.dwell_ratio * stages.worked_p50_seconds
            or stages.bimodality >= rules.bimodality
        )
),

find_dead as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        'dead_stage' as rule_id,
        1 - stages.deals_entered / cast(stages.deals_reached as double) as score,
        concat(
            {{ in_language('вошли ', 'entered by ') }},
            stages.deals_entered,
            {{ in_language(' из ', ' of ') }},
            stages.deals_reached,
            {{ in_language(
                ' сделок, дошедших до него или дальше',
                ' deals that came so far or further'
            ) }}
        ) as evidence
    from stages
    inner join rules on rules.rule_id = 'dead_stage'
    where
        not stages.is_young
        and stages.deals_reached >= rules.minimum_base
        and stages.deals_entered < rules.share * stages.deals_reached
),

find_mixed as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        'mixed_origins' as rule_id,
        1 - 1 / stages.effective_origins as score,
        concat(
            {{ in_language('переходов ', 'moves ') }},
            stages.entries,
            {{ in_language(' из этапов: ', ', stages they come from: ') }},
            stages.origins,
            {{ in_language(' (как из ', ' (as if from ') }},
            {{ decimal_text('stages.effective_origins') }},
            {{ in_language(' поровну)', ' equal ones)') }}
        ) as evidence
    from worked_stages as stages
    inner join rules on rules.rule_id = 'mixed_origins'
    where
        stages.entries >= rules.minimum_base
        and stages.effective_origins >= rules.origins
),

find_without_standard as (
    select
        account_id,
        pipeline_id,
        stage_id,
        'no_standard' as rule_id,
        1.0 as score,
        concat(
            {{ in_language(
                'норматив есть у этапов воронки: ',
                'stages of the pipeline with a standard: '
            ) }},
            count(standard) over (partition by account_id, pipeline_id),
            {{ in_language(' из ', ' of ') }},
            count(*) over (partition by account_id, pipeline_id)
        ) as evidence,
        standard
    from worked_stages
)

select * from find_by_names
union all
select * from find_wide
union all
select * from find_dead
union all
select * from find_mixed
union all
select
    account_id,
    pipeline_id,
    stage_id,
    rule_id,
    score,
    evidence
from find_without_standard
where standard is null
