{% set instant = var('instant_seconds') %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

mass_changes as (
    select
        account_id,
        deal_id,
        cast(change_number as integer) as visit_number,
        mass_change_id
    from {{ ref('int_funnel__mass_changes') }}
    where kind = 'stage'
),

work_activities as (
    select * from {{ ref('fct_deal_activities') }}
    where is_work and deal_id is not null
),

-- a run of quick moves: a robot's are its own business, and a loss is not clicked through to
link_moves as (
    select
        account_id,
        deal_id,
        visit_number,
        entered_at,
        coalesce(
            lag(visit_number) over deal = visit_number - 1
            and lag(entered_by_user_id) over deal = entered_by_user_id
            and {{ seconds_between('lag(entered_at) over deal', 'entered_at') }} <= {{ instant }},
            false
        ) as continues_run,
        coalesce(
            lead(visit_number) over deal = visit_number + 1
            and lead(entered_by_user_id) over deal = entered_by_user_id
            and {{ seconds_between('entered_at', 'lead(entered_at) over deal') }} <= {{ instant }},
            false
        ) as is_continued
    from visits
    where
        direction = 'forward'
        and not is_lost
        and repair is null
        and entered_by_user_id > 0
    window deal as (partition by account_id, deal_id order by visit_number)
),

number_runs as (
    select
        *,
        sum(case when continues_run then 0 else 1 end) over (
            partition by account_id, deal_id order by visit_number
            rows between unbounded preceding and current row
        ) as run_number
    from link_moves
    where continues_run or is_continued
),

measure_runs as (
    select
        account_id,
        deal_id,
        visit_number,
        count(*) over run as moves,
        min(visit_number) over run as first_visit_number,
        {{ seconds_between('min(entered_at) over run', 'max(entered_at) over run') }} as run_seconds
    from number_runs
    window run as (partition by account_id, deal_id, run_number)
),

click_throughs as (
    select
        account_id,
        deal_id,
        visit_number,
        first_visit_number as click_through_from
    from measure_runs
    where
        moves >= {{ var('click_through_moves') }}
        and run_seconds <= {{ var('click_through_seconds') }}
),

-- how long deals stay in a stage, the slowest tenth aside; rounded, or a stay of exactly so long
-- could fall short by a last binary digit
norms as (
    select
        account_id,
        pipeline_id,
        stage_id,
        count(*) as norm_stays,
        round(percentile_cont(0.9) within group (order by dwell_seconds), 3) as norm_seconds
    from visits
    where left_at is not null and is_unbroken and not is_deleted
    group by account_id, pipeline_id, stage_id
    having count(*) >= {{ var('norm_minimum_stays') }}
),

skips as (
    select
        skips.account_id,
        skips.deal_id,
        skips.visit_number,
        skips.skipped_stages,
        origins.dwell_seconds as origin_seconds,
        origins.is_unbroken as is_origin_unbroken,
        norms.norm_seconds,
        norms.norm_stays
    from visits as skips
    inner join visits as origins
        on
            skips.account_id = origins.account_id
            and skips.deal_id = origins.deal_id
            and skips.visit_number = origins.visit_number + 1
    left join norms
        on
            origins.account_id = norms.account_id
            and origins.pipeline_id = norms.pipeline_id
            and origins.stage_id = norms.stage_id
    where skips.skipped_stages >= 1
),

skipping_deals as (
    select distinct
        account_id,
        deal_id
    from skips
),

-- stays and work of one deal on one line: a join of the two by time would multiply the deals that a
-- robot moves thousands of times
timeline as (
    select
        visits.account_id,
        visits.deal_id,
        visits.visit_number,
        cast(null as string) as activity_id,
        visits.entered_at as happened_at
    from visits
    inner join skipping_deals using (account_id, deal_id)

    union all

    select
        work_activities.account_id,
        work_activities.deal_id,
        cast(null as integer) as visit_number,
        work_activities.activity_id,
        work_activities.occurred_at as happened_at
    from work_activities
    inner join skipping_deals using (account_id, deal_id)
),

-- the stay that the deal had entered last: the second of a move belongs to the new one
place_work as (
    select
        account_id,
        deal_id,
        activity_id,
        happened_at,
        max(visit_number) over (
            partition by account_id, deal_id
            order by happened_at, visit_number nulls last
            rows between unbounded preceding and current row
        ) as origin_visit_number
    from timeline
),

work_in_stays as (
    select
        account_id,
        deal_id,
        origin_visit_number + 1 as visit_number,
        count(*) as work_activities,
        min_by(activity_id, (happened_at, activity_id)) as first_work_id,
        max_by(activity_id, (happened_at, activity_id)) as last_work_id,
        min(happened_at) as first_worked_at,
        max(happened_at) as last_worked_at
    from place_work
    where activity_id is not null
    group by account_id, deal_id, origin_visit_number
),

describe_skips as (
    select
        skips.*,
        coalesce(work_in_stays.work_activities, 0) as work_activities,
        work_in_stays.first_work_id,
        work_in_stays.last_work_id,
        work_in_stays.first_worked_at,
        work_in_stays.last_worked_at
    from skips
    left join work_in_stays using (account_id, deal_id, visit_number)
),

gather_facts as (
    select
        account_id,
        deal_id,
        visit_number,
        mass_changes.mass_change_id,
        click_throughs.click_through_from,
        describe_skips.skipped_stages,
        describe_skips.origin_seconds,
        describe_skips.is_origin_unbroken,
        describe_skips.norm_seconds,
        describe_skips.norm_stays,
        describe_skips.work_activities,
        describe_skips.first_work_id,
        describe_skips.last_work_id,
        describe_skips.first_worked_at,
        describe_skips.last_worked_at,
        mass_changes.mass_change_id is not null as is_mass_change,
        click_throughs.click_through_from is not null as is_click_through
    from describe_skips
    full outer join mass_changes using (account_id, deal_id, visit_number)
    full outer join click_throughs using (account_id, deal_id, visit_number)
),

weigh_evidence as (
    select
        *,
        case
            when skipped_stages is null then null
            when is_mass_change and skipped_stages >= 2 then 'mass_change'
            when is_click_through then 'click_through'
            when
                skipped_stages >= 2
                and is_origin_unbroken
                and origin_seconds >= norm_seconds
                and work_activities >= 1
                then 'late_jump'
            when work_activities >= 1 then 'work_done'
            else 'plausible'
        end as skip_evidence
    from gather_facts
),

classify as (
    select
        *,
        case
            when skip_evidence in ('work_done', 'plausible') then 'legit'
            when skip_evidence is not null then 'sloppy'
        end as skip_class
    from weigh_evidence
)

select
    -- ids
    account_id,
    deal_id,
    visit_number,
    mass_change_id,
    click_through_from,
    -- strings
    skip_class,
    skip_evidence,
    first_work_id,
    last_work_id,
    -- numbers
    skipped_stages,
    origin_seconds,
    norm_seconds,
    norm_stays,
    work_activities,
    -- booleans
    is_mass_change,
    is_click_through,
    is_click_through or coalesce(skip_class = 'sloppy', false) as is_sloppy,
    -- timestamps
    first_worked_at,
    last_worked_at
from classify
