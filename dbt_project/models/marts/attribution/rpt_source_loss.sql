with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

makers as (
    select
        account_id,
        deal_id,
        case when coalesce(created_by_user_id, 0) = 0 then 'robot' else 'user' end as created_by
    from {{ ref('int_crm__deals') }}
),

-- the integration that made a deal is known by who it is to the CRM, the source it names and where
-- it puts the deal
count_deals as (
    select
        deals.account_id,
        deals.pipeline_id,
        min(deals.pipeline_name) as pipeline_name,
        makers.created_by,
        coalesce(deals.source_raw, '__none__') as source_name,
        deals.currency,
        count(*) as deals,
        count(*) filter (
            where deals.source_rule in ('deal_utm', 'deal_source', 'contact_utm')
        ) as deals_with_source,
        count(*) filter (where deals.is_source_lost) as lost_deals,
        count(*) filter (where deals.is_source_lost and deals.source_rule = 'inquiry_utm')
            as lost_from_inquiry,
        count(*) filter (where deals.is_source_lost and deals.source_rule = 'click_id')
            as lost_from_click,
        count(*) filter (where deals.is_source_lost and deals.source_rule = 'visit')
            as lost_from_visit,
        count(*) filter (where deals.source_rule = 'unknown') as unknown_deals,
        count(*) filter (where deals.is_source_overwritten) as overwritten_deals,
        sum(deals.paid_amount + deals.refunded_amount) as net_paid,
        sum(deals.paid_amount + deals.refunded_amount) filter (where deals.is_source_lost)
            as lost_net_paid,
        sum(deals.price) filter (where deals.is_source_lost) as lost_price
    from deals
    inner join makers using (account_id, deal_id)
    group by
        deals.account_id,
        deals.pipeline_id,
        makers.created_by,
        coalesce(deals.source_raw, '__none__'),
        deals.currency
)

select
    -- ids
    account_id,
    pipeline_id,
    -- strings
    pipeline_name,
    created_by,
    source_name,
    -- numbers
    deals,
    deals_with_source,
    lost_deals,
    lost_from_inquiry,
    lost_from_click,
    lost_from_visit,
    unknown_deals,
    overwritten_deals,
    cast(lost_deals as double) / deals as lost_share,
    -- money
    {{ money('net_paid') }} as net_paid,
    {{ money(zero_if_money_is_known('lost_net_paid')) }} as lost_net_paid,
    {{ money('coalesce(lost_price, 0)') }} as lost_price,
    currency
from count_deals
