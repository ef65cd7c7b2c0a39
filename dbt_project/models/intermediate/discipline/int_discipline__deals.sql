with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

crm_deals as (
    select
        account_id,
        deal_id,
        source
    from {{ ref('int_crm__deals') }}
),

chains as (
    select * from {{ ref('int_funnel__sale_chains') }}
),

pipeline_standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
),

open_deals as (
    select * from {{ ref('int_funnel__open_deals') }}
),

-- who has a deal right after its last move: of a closed one, who closed it
last_visits as (
    select
        account_id,
        deal_id,
        responsible_user_id
    from {{ ref('int_funnel__described_visits') }}
    where left_at is null
),

add_net_paid as (
    select
        *,
        coalesce(paid_amount, 0) + coalesce(refunded_amount, 0) as net_paid_amount
    from deals
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    deals.contact_id,
    deals.sale_chain_id,
    deals.pipeline_id,
    deals.stage_id,
    deals.responsible_user_id,
    case
        when deals.status = 'open' then deals.responsible_user_id
        else last_visits.responsible_user_id
    end as responsible_then_user_id,
    -- strings
    deals.deal_name,
    deals.deal_url,
    {{ deal_label('deals.deal_name', 'deals.source_deal_id') }} as entity_name,
    deals.deal_url as entity_url,
    deals.pipeline_name,
    pipeline_standards.role as pipeline_role,
    deals.stage_name,
    deals.status,
    deals.responsible_name,
    deals.channel,
    deals.source_rule,
    deals.source_raw,
    deals.inquiry_class,
    crm_deals.source as crm,
    -- money
    deals.price,
    deals.paid_amount,
    {{ money('deals.net_paid_amount') }} as net_paid_amount,
    {{ money(
        "case when deals.net_paid_amount > 0 then deals.net_paid_amount "
        "else coalesce(deals.price, 0) end"
    ) }} as money_at_stake,
    deals.currency,
    -- booleans
    deals.status = 'open' as is_open,
    deals.status = 'won' as is_won,
    deals.status = 'lost' as is_lost,
    deals.net_paid_amount > 0 as is_paid,
    deals.sale_chain_id = deals.deal_id as is_root,
    chains.parent_deal_id is not null as is_child,
    -- nobody works what robots carry
    open_deals.deal_id is not null and pipeline_standards.role <> 'automation' as is_working,
    deals.is_source_lost,
    deals.status = 'won' and deals.is_source_overwritten as is_source_overwritten,
    -- days, in the company's zone
    deals.created_on,
    deals.closed_on,
    deals.first_paid_on,
    deals.last_paid_on,
    deals.crm_paid_on,
    -- timestamps
    deals.created_at,
    deals.closed_at,
    open_deals.entered_at as stage_entered_at
from add_net_paid as deals
inner join crm_deals using (account_id, deal_id)
inner join chains using (account_id, deal_id)
inner join pipeline_standards
    on
        deals.account_id = pipeline_standards.account_id
        and deals.pipeline_id = pipeline_standards.pipeline_id
left join last_visits
    on
        deals.account_id = last_visits.account_id
        and deals.deal_id = last_visits.deal_id
left join open_deals
    on
        deals.account_id = open_deals.account_id
        and deals.deal_id = open_deals.deal_id
