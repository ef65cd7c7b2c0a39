with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

last_visits as (
    select * from {{ ref('fct_deal_stage_visits') }}
    where left_at is null
),

sources as (
    select
        account_id,
        deal_id,
        has_card_source
    from {{ ref('int_touchpoints__deal_sources') }}
),

add_net_paid as (
    select
        *,
        coalesce(paid_amount, 0) + coalesce(refunded_amount, 0) as net_paid
    from deals
)

select
    -- ids
    add_net_paid.account_id,
    add_net_paid.deal_id,
    add_net_paid.pipeline_id,
    add_net_paid.stage_id,
    add_net_paid.responsible_user_id,
    case
        when add_net_paid.status = 'open' then add_net_paid.responsible_user_id
        else last_visits.responsible_user_id
    end as responsible_then_user_id,
    -- strings
    add_net_paid.deal_name,
    add_net_paid.deal_url,
    add_net_paid.pipeline_name,
    add_net_paid.stage_name,
    add_net_paid.status,
    add_net_paid.responsible_name,
    add_net_paid.channel,
    add_net_paid.source_rule,
    -- money
    add_net_paid.price,
    add_net_paid.paid_amount,
    {{ money("case when net_paid > 0 then net_paid else coalesce(price, 0) end") }}
        as money_at_stake,
    add_net_paid.currency,
    -- booleans
    -- what inquiries, clicks and visits tell is no merit of the card
    sources.has_card_source as has_source,
    coalesce(add_net_paid.price > 0, false) as has_price,
    add_net_paid.first_paid_on is not null or add_net_paid.crm_paid_on is not null
        as has_payment_date,
    add_net_paid.status = 'won' as is_won,
    add_net_paid.net_paid > 0 as is_paid,
    -- days
    add_net_paid.created_on,
    add_net_paid.closed_on
from add_net_paid
inner join sources using (account_id, deal_id)
left join last_visits using (account_id, deal_id)
