{#
  Where the clock of a stay stands after a contact: it runs while the manager owes the client something
  and stands while the client is waited for. In one second the client has the last word.
#}
{% set entered, handed_over, contacted_client, heard_client = 0, 1, 2, 3 %}

with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

stage_standards as (
    select * from {{ ref('int_funnel__stage_standards') }}
    where kind = 'fixed' and limit_seconds is not null and coalesce(role, '') <> 'lost'
),

-- nobody owes an answer to deals that were put aside
pipeline_standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
    where role <> 'graveyard'
),

contacts as (
    select * from {{ ref('fct_deal_activities') }}
    where is_contact and direction is not null and deal_id is not null
),

hand_overs as (
    select * from {{ ref('int_funnel__responsible_intervals') }}
    where starts_at is not null
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

working_days as (
    select * from {{ ref('int_company__working_days') }}
),

-- a move of many deals at once begins one stay and ends another
mass_moved_visits as (
    select
        account_id,
        deal_id,
        visit_number
    from {{ ref('int_funnel__judged_moves') }}
    where is_mass_change

    union

    select
        account_id,
        deal_id,
        visit_number - 1 as visit_number
    from {{ ref('int_funnel__judged_moves') }}
    where is_mass_change
),

limited_visits as (
    select
        visits.*,
        stage_standards.limit_seconds,
        stage_standards.clock,
        coalesce(visits.left_at, {{ as_of() }}) as ends_at
    from visits
    inner join stage_standards using (account_id, pipeline_id, stage_id)
    inner join pipeline_standards using (account_id, pipeline_id)
    where visits.left_at is not null or visits.is_open
),

line_up as (
    select
        account_id,
        deal_id,
        {{ entered }} as step,
        visit_number as entered_visit,
        responsible_user_id as holder_user_id,
        entered_at as happened_at
    from visits

    union all

    select
        account_id,
        deal_id,
        {{ handed_over }} as step,
        cast(null as integer) as entered_visit,
        responsible_user_id as holder_user_id,
        starts_at as happened_at
    from hand_overs

    union all

    select
        account_id,
        deal_id,
        case direction when 'out' then {{ contacted_client }} else {{ heard_client }} end as step,
        cast(null as integer) as entered_visit,
        cast(null as bigint) as holder_user_id,
        occurred_at as happened_at
    from contacts
),

-- what happened at the moment of a move belongs to the stay that it began
find_visits as (
    select
        *,
        max(entered_visit) over (
            partition by account_id, deal_id
            order by happened_at, step, entered_visit
            rows between unbounded preceding and current row
        ) as visit_number,
        row_number() over (
            partition by account_id, deal_id order by happened_at, step, entered_visit
        ) as place
    from line_up
),

-- days are looked up only where working time is asked for
ask_days as (
    select
        steps.*,
        visits.limit_seconds,
        visits.clock,
        visits.entered_at,
        visits.ends_at,
        case when visits.clock = 'working' then {{ local_date('steps.happened_at') }} end
            as happened_on,
        case when visits.clock = 'working' then {{ local_date('visits.ends_at') }} end as ends_on
    from find_visits as steps
    inner join limited_visits as visits using (account_id, deal_id, visit_number)
    -- an open stay ends where the data is cut, and that moment is in it
    where steps.happened_at <= visits.ends_at
),

take_clocks as (
    select
        steps.account_id,
        steps.deal_id,
        steps.visit_number,
        steps.place,
        steps.step,
        steps.holder_user_id,
        steps.happened_at,
        steps.limit_seconds,
        case
            when steps.clock = 'working'
                then {{ working_seconds_until('steps.happened_at', 'step_days') }}
            else {{ seconds_between('steps.entered_at', 'steps.happened_at') }}
        end as clock_at,
        case
            when steps.clock = 'working'
                then {{ working_seconds_until('steps.ends_at', 'end_days') }}
            else {{ seconds_between('steps.entered_at', 'steps.ends_at') }}
        end as clock_at_end
    from ask_days as steps
    left join working_days as step_days on steps.happened_on = step_days.day_on
    left join working_days as end_days on steps.ends_on = end_days.day_on
),

-- a hand-over changes who holds the deal, and not who is waited for
carry_states as (
    select
        *,
        max(case when step <> {{ handed_over }} then place * 4 + step end) over stay % 4 as state,
        max_by(
            coalesce(holder_user_id, -1), case when step <= {{ handed_over }} then place end
        ) over stay as holder_then_user_id,
        lead(clock_at) over (
            partition by account_id, deal_id, visit_number order by place
        ) as next_clock_at
    from take_clocks
    window
        stay as (
            partition by account_id, deal_id, visit_number order by place
            rows between unbounded preceding and current row
        )
),

run_clocks as (
    select
        *,
        coalesce(state <> lag(state) over stay, true) as is_turn,
        sum(
            case
                when state <> {{ contacted_client }}
                    then coalesce(next_clock_at, clock_at_end) - clock_at
                else 0
            end
        ) over stay as run_seconds
    from carry_states
    window stay as (partition by account_id, deal_id, visit_number order by place)
),

-- whoever held the deal when the clock passed the limit answers for it, else whoever held it last
sum_stays as (
    select
        account_id,
        deal_id,
        visit_number,
        coalesce(
            min_by(holder_then_user_id, place) filter (
                where run_seconds > limit_seconds
            ),
            max_by(holder_then_user_id, place)
        ) as answerable_user_id,
        max_by(state, place) as last_state,
        max(run_seconds) as running_seconds,
        max(clock_at_end) - min(clock_at) as total_seconds,
        count(*) filter (where step = {{ contacted_client }}) as outbound_contacts,
        count(*) filter (where step = {{ heard_client }}) as inbound_contacts,
        max(happened_at) filter (where is_turn) as waiting_since
    from run_clocks
    group by account_id, deal_id, visit_number
)

select
    -- ids
    visits.account_id,
    visits.deal_id,
    visits.visit_number,
    visits.pipeline_id,
    visits.stage_id,
    visits.responsible_user_id,
    nullif(sum_stays.answerable_user_id, -1) as answerable_user_id,

    -- strings
    visits.pipeline_name,
    visits.stage_name,
    visits.clock,
    case sum_stays.last_state
        when {{ contacted_client }} then 'client'
        when {{ heard_client }} then 'manager'
        else 'unknown'
    end as waiting_on,

    -- numbers
    visits.limit_seconds,
    cast(sum_stays.running_seconds as bigint) as running_seconds,
    cast(sum_stays.total_seconds as bigint) as total_seconds,
    sum_stays.outbound_contacts,
    sum_stays.inbound_contacts,

    -- money
    {{ money('deals.price') }} as price,
    coalesce(deals.currency, '{{ var("company_currency") }}') as currency,

    -- booleans
    sum_stays.running_seconds > visits.limit_seconds as is_breach,
    visits.is_open
    and sum_stays.running_seconds <= visits.limit_seconds
    and sum_stays.running_seconds * 100
    >= visits.limit_seconds * {{ var('sla_warning_percent') }} as is_warning,
    visits.is_open,
    visits.is_unbroken,
    mass_moved_visits.deal_id is not null as is_mass_change,
    visits.is_deleted,

    -- timestamps
    sum_stays.waiting_since,
    visits.entered_at,
    visits.left_at
from limited_visits as visits
inner join sum_stays using (account_id, deal_id, visit_number)
inner join deals using (account_id, deal_id)
left join mass_moved_visits
    on
        visits.account_id = mass_moved_visits.account_id
        and visits.deal_id = mass_moved_visits.deal_id
        and visits.visit_number = mass_moved_visits.visit_number
