with events as (
    select * from {{ ref('int_crm__deal_events') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

untangled_seconds as (
    select * from {{ ref('int_funnel__untangled_seconds') }}
),

visits as (
    select * from {{ ref('int_funnel__described_visits') }}
),

milestones as (
    select * from {{ ref('int_funnel__deal_milestones') }}
),

missing_deals as (
    select * from {{ ref('int_crm__missing_deals') }}
),

judge_changes as (
    select
        account_id,
        deal_id,
        event_id,
        case
            when deals.deal_id is null then 'unknown_deal'
            when events.kind = 'stage' and events.before_stage_id is null then 'no_origin'
            when
                events.kind = 'stage'
                and events.before_pipeline_id = events.after_pipeline_id
                and events.before_stage_id = events.after_stage_id
                then 'change_to_itself'
            when
                events.kind = 'responsible'
                and coalesce(events.before_responsible_user_id, -1)
                = coalesce(events.after_responsible_user_id, -1)
                then 'change_to_itself'
            when untangled_seconds.is_duplicate then 'told_twice'
            when
                untangled_seconds.event_id is not null
                and untangled_seconds.position_in_second is null
                then 'order_unknown'
        end as kind,
        events.created_at as occurred_at
    from events
    left join deals using (account_id, deal_id)
    left join untangled_seconds using (account_id, deal_id, event_id)
    where events.kind in ('stage', 'responsible')
),

-- nothing is known of what happened in the meantime
deletions as (
    select
        events.account_id,
        events.deal_id,
        events.event_id,
        visits.visit_number,
        case when deals.is_deleted then 'deleted' else 'deleted_and_restored' end as kind,
        events.created_at as occurred_at
    from events
    inner join deals
        on
            events.account_id = deals.account_id
            and events.deal_id = deals.deal_id
    left join visits
        on
            events.account_id = visits.account_id
            and events.deal_id = visits.deal_id
            and visits.is_interrupted
            and events.created_at >= visits.entered_at
            and (visits.left_at is null or events.created_at < visits.left_at)
    where events.kind = 'deleted'
),

absorptions as (
    select
        events.account_id,
        events.deal_id,
        events.event_id,
        'took_another_in' as kind,
        events.created_at as occurred_at,
        case
            when count(distinct missing_deals.deal_id) = 1 then min(missing_deals.deal_id)
        end as related_deal_id
    from events
    inner join deals
        on
            events.account_id = deals.account_id
            and events.deal_id = deals.deal_id
    left join missing_deals
        on
            events.account_id = missing_deals.account_id
            and events.deal_id = missing_deals.survivor_deal_id
    where
        events.kind = 'merged'
        -- the deal that an event names may be the one that vanished
        and not exists (
            select 1
            from missing_deals as vanished
            where
                events.account_id = vanished.account_id
                and events.deal_id = vanished.deal_id
        )
    group by events.account_id, events.deal_id, events.event_id, events.created_at
),

-- the last event dates a closing; a card keeps its old date through a reopening, or a date by hand
closings as (
    select
        account_id,
        deal_id,
        case
            when milestones.closed_at is null then 'closed_at_of_open_deal'
            else 'closed_at_disagrees'
        end as kind,
        deals.closed_at as occurred_at
    from deals
    inner join milestones using (account_id, deal_id)
    where
        deals.closed_at is not null
        and coalesce(
            abs({{ seconds_between('milestones.closed_at', 'deals.closed_at') }}) > 60, true
        )
),

all_repairs as (
    select
        account_id,
        deal_id,
        event_id,
        cast(null as integer) as visit_number,
        cast(null as bigint) as related_deal_id,
        kind,
        case when kind = 'order_unknown' then 'kept' else 'left_out' end as action,
        occurred_at
    from judge_changes
    where kind is not null

    union all

    {% for kind, flag in {
        'repair': 'repair is not null',
        "'backdated'": 'is_backdated',
        "'unlisted_stage'": 'not is_listed',
    }.items() %}
        select
            account_id,
            deal_id,
            cast(null as string) as event_id,
            visit_number,
            cast(null as bigint) as related_deal_id,
            {{ kind }} as kind,
            'flagged' as action,
            entered_at as occurred_at
        from visits
        where {{ flag }}

        union all
    {% endfor %}

    select
        account_id,
        deal_id,
        event_id,
        visit_number,
        cast(null as bigint) as related_deal_id,
        kind,
        'flagged' as action,
        occurred_at
    from deletions

    union all

    select
        account_id,
        deal_id,
        event_id,
        cast(null as integer) as visit_number,
        related_deal_id,
        kind,
        'kept' as action,
        occurred_at
    from absorptions

    union all

    select
        account_id,
        deal_id,
        cast(null as string) as event_id,
        cast(null as integer) as visit_number,
        survivor_deal_id as related_deal_id,
        case
            when reason = 'merged' or survivor_deal_id is not null then 'merged_away'
            else 'vanished'
        end as kind,
        'kept' as action,
        coalesce(merged_at, missed_at) as occurred_at
    from missing_deals

    union all

    select
        account_id,
        deal_id,
        cast(null as string) as event_id,
        cast(null as integer) as visit_number,
        cast(null as bigint) as related_deal_id,
        kind,
        'left_out' as action,
        occurred_at
    from closings
)

select
    account_id,
    deal_id,
    event_id,
    visit_number,
    related_deal_id,
    kind,
    action,
    occurred_at
from all_repairs
