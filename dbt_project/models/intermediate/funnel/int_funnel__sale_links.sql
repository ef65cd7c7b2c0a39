with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

deal_milestones as (
    select * from {{ ref('int_funnel__deal_milestones') }}
),

cards as (
    select * from {{ ref('int_crm__deals') }}
),

creations as (
    select
        cards.account_id,
        deal_milestones.contact_id,
        cards.deal_id,
        visits.pipeline_id,
        cards.created_at,
        -- a card's own time of creation may be written by an import; what happened to it is older
        least(cards.created_at, visits.entered_at) as started_at
    from cards
    inner join deal_milestones using (account_id, deal_id)
    inner join visits using (account_id, deal_id)
    where visits.visit_number = 1 and not cards.is_deleted
),

-- an imported deal has no event of its win, only the time on the card
wins as (
    select
        visits.account_id,
        creations.contact_id,
        visits.deal_id,
        visits.pipeline_id,
        max(visits.visit_number) as visit_number,
        creations.started_at,
        case
            when visits.repair = 'no_events' and visits.left_at is null
                then coalesce(deal_milestones.closed_at, visits.entered_at)
            else visits.entered_at
        end as won_at
    from visits
    inner join creations using (account_id, deal_id)
    inner join deal_milestones using (account_id, deal_id)
    where visits.is_won and creations.contact_id is not null
    group by all
),

order_wins as (
    select
        *,
        row_number() over contact as win_number,
        lag(pipeline_id) over contact as previous_pipeline_id
    from wins
    -- of wins of one moment the smaller deal counts as the latest
    window contact as (
        partition by account_id, contact_id order by won_at asc, deal_id desc, visit_number asc
    )
),

-- to tell the latest win of any pipeline but one, two numbers are enough: the latest win, and the
-- latest one before it in another pipeline than its own
number_wins as (
    select
        *,
        max(case when pipeline_id <> previous_pipeline_id then win_number - 1 end) over (
            partition by account_id, contact_id order by win_number
            rows between unbounded preceding and current row
        ) as other_win_number
    from order_wins
),

winning_contacts as (
    select distinct
        account_id,
        contact_id
    from wins
),

possible_children as (
    select creations.*
    from creations
    inner join winning_contacts using (account_id, contact_id)
),

-- a shared card may have thousands of deals: one pass over wins and creations in order of time
-- finds what preceded each, where a join of all with all would not end
moments as (
    select
        account_id,
        contact_id,
        won_at as happened_at,
        1 as step,
        cast(null as bigint) as deal_id,
        win_number,
        other_win_number
    from number_wins

    union all

    select
        account_id,
        contact_id,
        created_at as happened_at,
        0 as step,
        deal_id,
        cast(null as bigint) as win_number,
        cast(null as bigint) as other_win_number
    from possible_children
),

look_back as (
    select
        account_id,
        deal_id,
        max(win_number) over earlier as win_number,
        max(other_win_number) over earlier as other_win_number
    from moments
    window earlier as (
        partition by account_id, contact_id order by happened_at, step
        rows between unbounded preceding and current row
    )
),

earlier_wins as (
    select
        children.account_id,
        children.deal_id,
        children.contact_id,
        case
            when latest.pipeline_id = children.pipeline_id then look_back.other_win_number
            else look_back.win_number
        end as win_number
    from possible_children as children
    inner join look_back using (account_id, deal_id)
    inner join number_wins as latest
        on
            children.account_id = latest.account_id
            and children.contact_id = latest.contact_id
            and look_back.win_number = latest.win_number
),

-- a robot may create the next deal moments before it closes the won one: such wins lie ahead. Of
-- the many that a mass change makes in one second, the first deals are enough to find the parent:
-- two, in case one is the child itself
wins_by_minute as (
    select
        *,
        date_trunc('minute', won_at) as won_minute
    from number_wins
    qualify
        row_number() over (
            partition by account_id, contact_id, pipeline_id, won_at order by deal_id
        ) <= 2
        or row_number() over (
            partition by account_id, contact_id, pipeline_id, won_at order by started_at, deal_id
        ) <= 2
),

children_by_minute as (
    select
        *,
        date_trunc('minute', created_at) as minute
    from possible_children

    union all

    select
        *,
        date_trunc('minute', created_at) + interval '1' minute as minute
    from possible_children
),

candidates as (
    select
        account_id,
        contact_id,
        deal_id,
        win_number
    from earlier_wins

    union all

    select
        children.account_id,
        children.contact_id,
        children.deal_id,
        wins_by_minute.win_number
    from children_by_minute as children
    inner join wins_by_minute
        on
            children.account_id = wins_by_minute.account_id
            and children.contact_id = wins_by_minute.contact_id
            and children.minute = wins_by_minute.won_minute
    where
        wins_by_minute.won_at between children.created_at
        and children.created_at + interval '60' second
        and wins_by_minute.pipeline_id <> children.pipeline_id
        and wins_by_minute.deal_id <> children.deal_id
),

-- no sale continues one that began later, so that chains never close into a ring
links as (
    select
        candidates.account_id,
        candidates.deal_id,
        number_wins.deal_id as parent_deal_id,
        number_wins.visit_number as parent_visit_number,
        {{ seconds_between('number_wins.won_at', 'children.created_at') }} as gap_seconds,
        children.started_at
    from candidates
    inner join possible_children as children
        on
            candidates.account_id = children.account_id
            and candidates.deal_id = children.deal_id
    inner join number_wins
        on
            candidates.account_id = number_wins.account_id
            and candidates.contact_id = number_wins.contact_id
            and candidates.win_number = number_wins.win_number
    where
        children.created_at
        <= number_wins.won_at + interval '{{ var("chain_gap_days") }}' day
        and (
            number_wins.started_at < children.started_at
            or (
                number_wins.started_at = children.started_at
                and number_wins.deal_id < children.deal_id
            )
        )
    qualify row_number() over (
        partition by candidates.account_id, candidates.deal_id
        order by candidates.win_number desc
    ) = 1
)

select * from links
