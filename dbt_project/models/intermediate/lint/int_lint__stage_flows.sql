with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where
        not is_deleted
        and entered_at >= {{ as_of() }} - interval '{{ var("lint_days") }}' day
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

stage_standards as (
    select * from {{ ref('int_funnel__stage_standards') }}
),

pipeline_standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
),

describe_stages as (
    select
        stages.account_id,
        stages.pipeline_id,
        stages.stage_id,
        stages.is_won or stages.is_lost as is_terminal,
        stages.is_lost
        or coalesce(stage_standards.role = 'lost', false)
        or coalesce(pipeline_standards.role = 'graveyard', false) as is_bad_end
    from stages
    left join stage_standards using (account_id, pipeline_id, stage_id)
    left join pipeline_standards using (account_id, pipeline_id)
),

count_moves as (
    select
        account_id,
        from_pipeline_id,
        from_stage_id,
        pipeline_id,
        stage_id,
        count(*) as moves,
        count(case when direction = 'back' then 1 end) as back_moves,
        count(entered_by_user_id) as signed_moves,
        count(case when entered_by_user_id = 0 then 1 end) as robot_moves
    from visits
    where visit_number > 1 and repair is null
    group by account_id, from_pipeline_id, from_stage_id, pipeline_id, stage_id
),

count_entries as (
    select
        moves.account_id,
        moves.pipeline_id,
        moves.stage_id,
        count(*) as origins,
        sum(moves.moves) as entries,
        sum(moves.back_moves) as back_entries,
        sum(moves.signed_moves) as signed_entries,
        sum(moves.robot_moves) as robot_entries,
        -- so many origins of equal weight would mix the deals as much: the exponent of the entropy
        exp(ln(sum(moves.moves)) - sum(moves.moves * ln(moves.moves)) / sum(moves.moves))
            as effective_origins
    from count_moves as moves
    inner join describe_stages as origin
        on
            moves.account_id = origin.account_id
            and moves.from_pipeline_id = origin.pipeline_id
            and moves.from_stage_id = origin.stage_id
    -- a reopening tells nothing of the stage it goes to
    where not origin.is_terminal
    group by moves.account_id, moves.pipeline_id, moves.stage_id
),

count_exits as (
    select
        moves.account_id,
        moves.from_pipeline_id as pipeline_id,
        moves.from_stage_id as stage_id,
        sum(moves.moves) as exits,
        sum(moves.back_moves) as back_exits,
        sum(case when target.is_bad_end then 0 else moves.moves - moves.back_moves end)
            as forward_exits,
        sum(
            case
                when not target.is_bad_end and moves.pipeline_id = moves.from_pipeline_id
                    then moves.moves - moves.back_moves
                else 0
            end
        ) as inner_forward_exits
    from count_moves as moves
    inner join describe_stages as target
        on
            moves.account_id = target.account_id
            and moves.pipeline_id = target.pipeline_id
            and moves.stage_id = target.stage_id
    group by moves.account_id, moves.from_pipeline_id, moves.from_stage_id
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- numbers
    coalesce(count_entries.origins, 0) as origins,
    count_entries.effective_origins,
    cast(coalesce(count_entries.entries, 0) as bigint) as entries,
    cast(coalesce(count_entries.back_entries, 0) as bigint) as back_entries,
    cast(coalesce(count_entries.signed_entries, 0) as bigint) as signed_entries,
    cast(coalesce(count_entries.robot_entries, 0) as bigint) as robot_entries,
    cast(coalesce(count_exits.exits, 0) as bigint) as exits,
    cast(coalesce(count_exits.back_exits, 0) as bigint) as back_exits,
    cast(coalesce(count_exits.forward_exits, 0) as bigint) as forward_exits,
    cast(coalesce(count_exits.inner_forward_exits, 0) as bigint) as inner_forward_exits
from count_entries
full outer join count_exits using (account_id, pipeline_id, stage_id)
