-- a path longer than this is a robot's loop, which nobody reads to its end
{% set shown_stays = 50 %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

judged_moves as (
    select * from {{ ref('int_funnel__judged_moves') }}
),

draw_moves as (
    select
        account_id,
        deal_id,
        visit_number,
        case
            when visits.visit_number = 1 then ''
            when visits.direction = 'pipeline' then ' ⇒ ' || visits.pipeline_name || ' / '
            when visits.direction = 'back' then ' ← '
            when visits.skipped_stages > 0 then ' ↠ '
            else ' → '
        end || visits.stage_name as step,
        visits.pipeline_id,
        visits.direction,
        visits.dwell_seconds,
        visits.is_unbroken,
        visits.left_at is not null and visits.is_unbroken as is_timed,
        -- lying unsorted is nobody's work yet
        visits.is_ordinary as is_working,
        visits.is_won,
        visits.is_lost,
        visits.repair,
        visits.is_deleted,
        visits.entered_at,
        judged_moves.skip_class,
        judged_moves.click_through_from,
        coalesce(judged_moves.is_mass_change, false) as is_mass_change
    from visits
    left join judged_moves using (account_id, deal_id, visit_number)
),

measure_paths as (
    select
        account_id,
        deal_id,
        {{ joined_text(
            "case when visit_number <= " ~ shown_stays ~ " then step end", '', 'visit_number'
        ) }} as path,
        count(*) as stays,
        count(*) filter (where visit_number > 1) as moves,
        count(*) filter (where is_working) as working_stays,
        count(*) filter (where skip_class = 'legit') as legit_skips,
        count(*) filter (where skip_class = 'sloppy') as sloppy_skips,
        count(*) filter (where direction = 'back') as back_moves,
        count(*) filter (where is_mass_change) as mass_moves,
        count(distinct click_through_from) as click_throughs,
        count(distinct pipeline_id) as pipelines,
        count(*) filter (where is_timed) as timed_moves,
        count(*) filter (where is_timed and dwell_seconds < {{ var('instant_seconds') }})
            as instant_moves,
        min_by(dwell_seconds, visit_number) filter (where is_working) as first_stage_seconds,
        sum(dwell_seconds) filter (where is_working) as working_seconds,
        bool_and(is_unbroken) filter (where is_working) as is_measured,
        bool_or(coalesce(repair = 'no_events', false)) as has_no_events,
        max_by(is_won, visit_number) as is_won,
        max_by(is_lost, visit_number) as is_lost,
        max_by(entered_at, visit_number) as last_entered_at,
        bool_or(is_deleted) as is_deleted
    from draw_moves
    group by account_id, deal_id
)

select
    -- ids
    account_id,
    deal_id,
    -- strings
    path || case when stays > {{ shown_stays }} then ' …' else '' end as path,
    case when is_won then 'won' when is_lost then 'lost' else 'open' end as status,
    -- numbers
    moves,
    working_stays,
    legit_skips,
    sloppy_skips,
    back_moves,
    mass_moves,
    click_throughs,
    pipelines,
    timed_moves,
    instant_moves,
    case when is_measured then first_stage_seconds end as first_stage_seconds,
    case when is_measured then cast(working_seconds as bigint) end as working_seconds,
    case
        when is_measured then cast(first_stage_seconds as double) / nullif(working_seconds, 0)
    end as first_stage_share,
    cast(instant_moves as double) / nullif(timed_moves, 0) as instant_share,
    -- booleans
    (is_won or is_lost) and working_stays <= 1 and not has_no_events as is_noise,
    is_deleted,
    -- timestamps
    case when is_won or is_lost then last_entered_at end as closed_at
from measure_paths
