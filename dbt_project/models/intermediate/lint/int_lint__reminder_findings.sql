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

judge_reminders as (
    select
        stages.*,
        stages.origins > 0
        and stages.entries >= rules.minimum_base
        and stages.effective_origins >= rules.origins as is_mixed,
        stages.exits >= rules.minimum_base
        and stages.back_exit_share >= rules.back_share as is_returning,
        stages.exits >= rules.minimum_base
        and stages.forward_share <= rules.forward_share as is_leaking,
        stages.stays >= rules.minimum_base
        and stages.dwell_ratio >= rules.dwell_ratio as is_slow
    from worked_stages as stages
    inner join rules on rules.rule_id = 'reminder_stage'
),

-- a name outweighs any three of the four habits together; three habits need no name
score_reminders as (
    select
        *,
        case when is_reminder then 3 else 0 end
        + case when is_mixed then 1 else 0 end
        + case when is_returning then 1 else 0 end
        + case when is_leaking then 1 else 0 end
        + case when is_slow then 1 else 0 end as points
    from judge_reminders
),

find_reminders as (
    select
        account_id,
        pipeline_id,
        stage_id,
        'reminder_stage' as rule_id,
        points / 7.0 as score,
        concat(
            case
                when is_reminder
                    then {{ in_language('название: ', 'name: ') }} || reminder_words || '; '
                else ''
            end,
            case
                when is_mixed
                    then
                        {{ in_language('приходят из этапов: ', 'stages it is entered from: ') }}
                        || origins || '; '
                else ''
            end,
            case
                when back_exit_share is not null
                    then
                        {{ in_language('уходят назад: ', 'go back: ') }}
                        || {{ percent_text('back_exit_share') }} || '; '
                        || {{ in_language('вперёд: ', 'go on: ') }}
                        || {{ percent_text('forward_share') }} || '; '
                else ''
            end,
            case
                when median_seconds is not null
                    then
                        {{ in_language('медиана пребывания: ', 'median stay: ') }}
                        || {{ duration_text('median_seconds') }} || '; '
                else ''
            end,
            {{ in_language('сделок за период: ', 'deals of the period: ') }} || deals_entered
        ) as evidence
    from score_reminders
    where points >= 3
),

-- a block of such stages may stand at the end, or at the beginning
judge_places as (
    select
        stages.*,
        min(
            case
                when
                    stages.exits >= rules.minimum_base
                    and stages.back_exit_share >= rules.back_share
                    then 1
                else 0
            end
        ) over (
            partition by stages.account_id, stages.pipeline_id
            order by stages.stage_order desc
            rows between unbounded preceding and current row
        ) = 1 as is_parked_last,
        min(
            case
                when
                    stages.entries >= rules.minimum_base
                    and stages.back_entry_share >= rules.back_share
                    then 1
                else 0
            end
        ) over (
            partition by stages.account_id, stages.pipeline_id
            order by stages.stage_order asc
            rows between unbounded preceding and current row
        ) = 1 as is_parked_first
    from worked_stages as stages
    inner join rules on rules.rule_id = 'parked_stage'
    where stages.stage_order is not null
),

find_parked as (
    select
        account_id,
        pipeline_id,
        stage_id,
        'parked_stage' as rule_id,
        case when is_parked_last then back_exit_share else back_entry_share end as score,
        case
            when is_parked_last
                then
                    {{ in_language(
                        'стоит в конце воронки, уходят назад: ',
                        'stands at the end, go back: '
                    ) }}
                    || {{ percent_text('back_exit_share') }}
                    || {{ in_language(' из ', ' of ') }} || exits
            else
                {{ in_language(
                    'стоит в начале воронки, возвращаются в него: ',
                    'stands at the beginning, come back to it: '
                ) }}
                || {{ percent_text('back_entry_share') }}
                || {{ in_language(' из ', ' of ') }} || stays
        end as evidence
    from judge_places
    where is_parked_last or is_parked_first
),

put_aside as (
    select
        account_id,
        pipeline_id,
        stage_id
    from find_reminders

    union

    select
        account_id,
        pipeline_id,
        stage_id
    from find_parked
),

find_untracked as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        'reminder_untracked' as rule_id,
        stages.untracked_deals / cast(stages.open_deals as double) as score,
        {{ in_language('без тега и открытой задачи: ', 'with neither a tag nor an open task: ') }}
        || stages.untracked_deals || {{ in_language(' из ', ' of ') }} || stages.open_deals
            as evidence
    from stages
    inner join put_aside using (account_id, pipeline_id, stage_id)
    where stages.untracked_deals > 0
)

select * from find_reminders
union all
select * from find_parked
union all
select * from find_untracked
