with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

known_facts as (
    select * from {{ ref('int_discipline__known_facts') }}
),

crm_deals as (
    select
        account_id,
        deal_id,
        has_loss_reason
    from {{ ref('int_crm__deals') }}
),

losses as (
    select * from {{ ref('int_funnel__losses') }}
),

paths as (
    select * from {{ ref('fct_deal_paths') }}
),

activities as (
    select * from {{ ref('fct_deal_activities') }}
    where is_work and deal_id is not null and occurred_at <= {{ as_of() }}
),

sum_activities as (
    select
        deals.account_id,
        deals.deal_id,
        bool_or(activities.occurred_at <= deals.closed_at) as has_work_before,
        max(
            case
                when
                    activities.is_contact
                    and activities.direction = 'in'
                    and activities.occurred_at > deals.closed_at
                    then activities.occurred_at
            end
        ) as client_wrote_at
    from deals
    inner join activities using (account_id, deal_id)
    where deals.closed_at is not null
    group by deals.account_id, deals.deal_id
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    -- strings
    losses.loss_reason,
    -- booleans
    crm_deals.has_loss_reason,
    coalesce(losses.reason_kind = 'other', false) as is_loss_reason_other,
    coalesce(losses.is_too_early, false) as is_loss_reason_too_early,
    deals.is_lost and known_facts.knows_loss_reasons and not crm_deals.has_loss_reason
        as is_lost_without_reason,
    coalesce(deals.is_won and deals.closed_at > {{ recent_from() }} and paths.is_noise, false)
        as is_won_in_one_jump,
    coalesce(
        deals.is_won
        and deals.closed_at > {{ recent_from() }}
        and known_facts.knows_work
        and not coalesce(sum_activities.has_work_before, false),
        false
    ) as is_won_without_work,
    coalesce(deals.is_lost and sum_activities.client_wrote_at > {{ recent_from() }}, false)
        as is_lost_client_wrote,
    -- timestamps
    sum_activities.client_wrote_at
from deals
inner join crm_deals using (account_id, deal_id)
inner join known_facts
    on deals.account_id = known_facts.account_id
left join losses
    on
        deals.account_id = losses.account_id
        and deals.deal_id = losses.deal_id
left join paths
    on
        deals.account_id = paths.account_id
        and deals.deal_id = paths.deal_id
left join sum_activities
    on
        deals.account_id = sum_activities.account_id
        and deals.deal_id = sum_activities.deal_id
