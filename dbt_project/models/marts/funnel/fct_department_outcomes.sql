with deals as (
    select * from {{ ref('fct_deals') }}
),

pipelines as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
),

stages as (
    select * from {{ ref('int_funnel__stage_standards') }}
),

intervals as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

continued_wins as (
    select distinct
        account_id,
        parent_deal_id as deal_id,
        parent_visit_number as visit_number
    from {{ ref('int_funnel__sale_chains') }}
    where parent_deal_id is not null
),

-- in a delivery pipeline the stage of hand-off is where work arrives, not where it is passed on
judge_visits as (
    select
        visits.account_id,
        visits.deal_id,
        visits.visit_number,
        visits.pipeline_id,
        visits.repair,
        visits.is_won,
        visits.entered_at,
        visits.left_at,
        visits.is_lost or coalesce(stages.role = 'lost', false) as is_lost,
        continued_wins.deal_id is not null
        or (coalesce(stages.role = 'handoff', false) and pipelines.role <> 'delivery')
            as is_passed_on
    from {{ ref('int_funnel__described_visits') }} as visits
    inner join pipelines using (account_id, pipeline_id)
    left join stages using (account_id, pipeline_id, stage_id)
    left join continued_wins using (account_id, deal_id, visit_number)
),

compare_with_previous as (
    select
        *,
        coalesce(lag(pipeline_id) over deal <> pipeline_id, true) as is_arrival,
        coalesce(lag(is_lost) over deal, false) as was_lost
    from judge_visits
    window deal as (partition by account_id, deal_id order by visit_number)
),

number_stretches as (
    select
        *,
        sum(case when is_arrival then 1 else 0 end) over (
            partition by account_id, deal_id order by visit_number
            rows between unbounded preceding and current row
        ) as stretch_number
    from compare_with_previous
),

-- one row per stretch of time a deal stayed in one pipeline
stretches as (
    select
        account_id,
        deal_id,
        stretch_number,
        pipeline_id,
        bool_or(repair = 'no_events' and left_at is null) as is_imported,
        bool_or(left_at is null and is_won) as is_won_now,
        bool_or(left_at is null) as is_here_now,
        max_by(is_lost, visit_number) as ends_lost,
        -- a loss is dated by the first of the bad stages the deal went through without a break
        max(entered_at) filter (where is_lost and (is_arrival or not was_lost)) as lost_at,
        min(entered_at) filter (where is_passed_on) as passed_on_at,
        min(entered_at) filter (where repair is not null) as first_repair_at,
        min(entered_at) as entered_at,
        max(coalesce(left_at, entered_at)) as left_at
    from number_stretches
    group by account_id, deal_id, stretch_number, pipeline_id
),

add_pipelines as (
    select
        stretches.*,
        pipelines.role = 'graveyard' as is_graveyard,
        -- a detour through a graveyard and back is no hand-over
        pipelines.role <> 'graveyard'
        and stretches.pipeline_id <> lag(stretches.pipeline_id) over (
            partition by
                stretches.account_id, stretches.deal_id, pipelines.role = 'graveyard'
            order by stretches.stretch_number
        ) as is_switch
    from stretches
    inner join pipelines using (account_id, pipeline_id)
),

look_ahead as (
    select
        *,
        case
            when is_graveyard
                then min(case when not is_graveyard then entered_at end) over later
            else min(case when is_switch then entered_at end) over later
        end as moved_on_at,
        min(first_repair_at) over (
            partition by account_id, deal_id order by stretch_number
            rows between current row and unbounded following
        ) as next_repair_at,
        lead(stretch_number) over (
            partition by account_id, deal_id, pipeline_id order by stretch_number
        ) is null as is_last_stretch
    from add_pipelines
    window later as (
        partition by account_id, deal_id order by stretch_number
        rows between 1 following and unbounded following
    )
),

departments as (
    select
        account_id,
        deal_id,
        pipeline_id,
        bool_or(is_imported) as is_imported,
        bool_or(is_won_now) as is_won_now,
        bool_or(is_here_now) as is_here_now,
        bool_or(is_last_stretch and ends_lost) as ends_lost,
        max(case when is_last_stretch then lost_at end) as lost_at,
        max(left_at) as left_at,
        min(next_repair_at) as next_repair_at,
        least(min(passed_on_at), min(moved_on_at)) as handed_over_at,
        min(entered_at) as entered_at
    from look_ahead
    group by account_id, deal_id, pipeline_id
),

-- who left for a graveyard and stayed there is lost to the department
judge_outcomes as (
    select
        departments.*,
        case
            when departments.handed_over_at is not null then 'handed_over'
            when departments.is_won_now then 'won'
            when departments.ends_lost or not departments.is_here_now then 'lost'
            else 'open'
        end as outcome
    from departments
),

date_outcomes as (
    select
        judge_outcomes.account_id,
        judge_outcomes.deal_id,
        judge_outcomes.pipeline_id,
        judge_outcomes.outcome,
        deals.price,
        deals.paid_amount + deals.refunded_amount as net_paid_amount,
        deals.currency,
        deals.is_deleted,
        judge_outcomes.next_repair_at,
        judge_outcomes.entered_at,
        -- an imported deal has nothing but the time on its card
        case
            when judge_outcomes.outcome = 'open' then null
            when judge_outcomes.is_imported and deals.closed_at is not null
                then deals.closed_at
            when judge_outcomes.outcome = 'handed_over' then judge_outcomes.handed_over_at
            when judge_outcomes.outcome = 'won' then deals.closed_at
            when judge_outcomes.ends_lost then judge_outcomes.lost_at
            else judge_outcomes.left_at
        end as outcome_at
    from judge_outcomes
    inner join deals using (account_id, deal_id)
),

-- strictly before: whoever gets the deal in the very second of the hand-over has not done the work
holders as (
    select
        date_outcomes.account_id,
        date_outcomes.deal_id,
        date_outcomes.pipeline_id,
        intervals.responsible_user_id as credited_user_id
    from date_outcomes
    inner join intervals
        on
            date_outcomes.account_id = intervals.account_id
            and date_outcomes.deal_id = intervals.deal_id
            and (
                intervals.starts_at is null or date_outcomes.outcome_at > intervals.starts_at
            )
            and (
                intervals.ends_at is null or date_outcomes.outcome_at <= intervals.ends_at
            )
    where date_outcomes.outcome_at is not null
),

credit_holders as (
    select
        date_outcomes.*,
        holders.credited_user_id,
        {{ seconds_between(
            'date_outcomes.entered_at', 'coalesce(date_outcomes.outcome_at, ' ~ as_of() ~ ')'
        ) }} as seconds
    from date_outcomes
    left join holders using (account_id, deal_id, pipeline_id)
)

select
    -- ids
    credit_holders.account_id,
    credit_holders.deal_id,
    credit_holders.pipeline_id,
    credit_holders.credited_user_id,
    -- strings
    pipelines.pipeline_name,
    pipelines.role as pipeline_role,
    pipelines.owner_group,
    credit_holders.outcome,
    case
        when credit_holders.outcome_at is not null
            then {{ user_label('users.user_name', 'credit_holders.credited_user_id') }}
    end as credited_user_name,
    -- numbers
    cast(credit_holders.seconds as double) / 86400 as days_in_department,
    -- money
    credit_holders.price,
    {{ money('credit_holders.net_paid_amount') }} as net_paid_amount,
    credit_holders.currency,
    -- booleans
    credit_holders.next_repair_at is null
    or credit_holders.next_repair_at > coalesce(credit_holders.outcome_at, {{ as_of() }})
        as is_unbroken,
    credit_holders.is_deleted,
    -- days, in the company's zone
    {{ local_date('credit_holders.entered_at') }} as entered_on,
    {{ local_date('credit_holders.outcome_at') }} as outcome_on,
    -- timestamps
    credit_holders.entered_at,
    credit_holders.outcome_at
from credit_holders
inner join pipelines using (account_id, pipeline_id)
left join users
    on
        credit_holders.account_id = users.account_id
        and credit_holders.credited_user_id = users.user_id
