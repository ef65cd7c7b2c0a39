with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where not is_deleted
),

judged_moves as (
    select * from {{ ref('int_funnel__judged_moves') }}
),

won_paths as (
    select * from {{ ref('fct_deal_paths') }}
    where status = 'won' and not is_deleted
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

working_days as (
    select * from {{ ref('int_company__working_days') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

look_back as (
    select
        *,
        lag(dwell_seconds) over deal as origin_seconds,
        lag(is_unbroken) over deal as is_timed
    from visits
    window deal as (partition by account_id, deal_id order by visit_number)
),

count_moves as (
    select
        account_id,
        look_back.entered_by_user_id as user_id,
        {{ month_of('working_days.day_on') }} as month,
        count(*) as moves,
        count(distinct deal_id) as moved_deals,
        count(*) filter (where look_back.is_timed) as timed_moves,
        count(*) filter (
            where look_back.is_timed and look_back.origin_seconds < {{ var('instant_seconds') }}
        ) as instant_moves,
        count(judged_moves.skip_class) as skips,
        count(*) filter (where judged_moves.skip_class = 'sloppy') as sloppy_skips,
        count(*) filter (where judged_moves.is_sloppy) as sloppy_moves,
        count(*) filter (where judged_moves.is_click_through) as click_through_moves,
        count(*) filter (where judged_moves.is_mass_change) as mass_moves,
        count(*) filter (
            where
            look_back.entered_at < working_days.opens_at
            or look_back.entered_at >= working_days.closes_at
        ) as after_hours_moves
    from look_back
    inner join working_days
        on {{ local_date('look_back.entered_at') }} = working_days.day_on
    left join judged_moves using (account_id, deal_id, visit_number)
    where look_back.visit_number > 1 and look_back.entered_by_user_id > 0
    group by all
),

-- whoever had the deal right before the win: a hand-over in the second of the win takes nothing
won_deals as (
    select
        won_paths.account_id,
        intervals.responsible_user_id as user_id,
        {{ month_of(local_date('won_paths.closed_at')) }} as month,
        won_paths.first_stage_seconds,
        won_paths.working_seconds,
        won_paths.first_stage_share,
        won_paths.is_noise
    from won_paths
    inner join intervals
        on
            won_paths.account_id = intervals.account_id
            and won_paths.deal_id = intervals.deal_id
            and (intervals.starts_at is null or won_paths.closed_at > intervals.starts_at)
            and (intervals.ends_at is null or won_paths.closed_at <= intervals.ends_at)
),

count_wins as (
    select
        account_id,
        user_id,
        month,
        count(*) as won_deals,
        count(*) filter (where is_noise) as noise_deals,
        count(first_stage_share) as measured_deals,
        cast(sum(first_stage_seconds) filter (where first_stage_share is not null) as double)
        / sum(working_seconds) filter (where first_stage_share is not null) as first_stage_share,
        median(first_stage_share) as median_first_stage_share
    from won_deals
    where user_id > 0
    group by account_id, user_id, month
),

join_habits as (
    select
        account_id,
        user_id,
        month,
        {% for column in [
            'moves', 'moved_deals', 'timed_moves', 'instant_moves', 'skips', 'sloppy_skips',
            'sloppy_moves', 'click_through_moves', 'mass_moves', 'after_hours_moves'
        ] %}
            coalesce(count_moves.{{ column }}, 0) as {{ column }},
        {% endfor %}
        coalesce(count_wins.won_deals, 0) as won_deals,
        coalesce(count_wins.noise_deals, 0) as noise_deals,
        coalesce(count_wins.measured_deals, 0) as measured_deals,
        count_wins.first_stage_share,
        count_wins.median_first_stage_share
    from count_moves
    full outer join count_wins using (account_id, user_id, month)
)

select
    join_habits.account_id,
    join_habits.user_id,
    {{ manager_name('users.user_name', 'join_habits.user_id') }} as user_name,
    join_habits.month,
    join_habits.moves,
    join_habits.moved_deals,
    join_habits.timed_moves,
    join_habits.instant_moves,
    join_habits.skips,
    join_habits.sloppy_skips,
    join_habits.sloppy_moves,
    join_habits.click_through_moves,
    join_habits.mass_moves,
    join_habits.after_hours_moves,
    join_habits.won_deals,
    join_habits.noise_deals,
    join_habits.measured_deals,
    cast(join_habits.instant_moves as double) / nullif(join_habits.timed_moves, 0)
        as instant_share,
    {% for habit in ['sloppy', 'click_through', 'mass', 'after_hours'] %}
        cast(join_habits.{{ habit }}_moves as double) / nullif(join_habits.moves, 0)
            as {{ habit }}_share,
    {% endfor %}
    cast(join_habits.noise_deals as double) / nullif(join_habits.won_deals, 0) as noise_share,
    join_habits.first_stage_share,
    join_habits.median_first_stage_share
from join_habits
left join users
    on
        join_habits.account_id = users.account_id
        and join_habits.user_id = users.user_id
