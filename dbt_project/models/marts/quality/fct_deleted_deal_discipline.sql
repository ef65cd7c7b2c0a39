with deleted_deals as (
    select * from {{ ref('fct_deals') }}
    where is_deleted
),

-- where it stood when it went to the basket: events know it also where the card was read before
last_visits as (
    select
        account_id,
        deal_id,
        responsible_user_id,
        is_won,
        entered_at
    from {{ ref('int_funnel__described_visits') }}
    where left_at is null
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    deals.pipeline_id,
    deals.stage_id,
    deals.responsible_user_id,
    coalesce(last_visits.responsible_user_id, deals.responsible_user_id)
        as responsible_then_user_id,
    -- strings
    deals.deal_name,
    deals.deal_url,
    {{ deal_label('deals.deal_name', 'deals.source_deal_id') }} as entity_name,
    deals.deal_url as entity_url,
    deals.pipeline_name,
    deals.stage_name,
    deals.responsible_name,
    deals.channel,
    -- money
    deals.price,
    deals.paid_amount,
    {{ money('coalesce(deals.price, 0)') }} as money_at_stake,
    deals.currency,
    -- booleans
    coalesce(last_visits.is_won, deals.status = 'won') as is_deleted_after_win,
    -- timestamps
    case when last_visits.is_won then last_visits.entered_at end as won_at
from deleted_deals as deals
left join last_visits
    on
        deals.account_id = last_visits.account_id
        and deals.deal_id = last_visits.deal_id
