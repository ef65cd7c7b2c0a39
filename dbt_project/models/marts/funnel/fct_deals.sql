with deals as (
    select * from {{ ref('int_crm__deals') }}
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
),

deal_milestones as (
    select * from {{ ref('int_funnel__deal_milestones') }}
),

sources as (
    select * from {{ ref('int_touchpoints__deal_sources') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

inquiry_classes as (
    select * from {{ ref('int_touchpoints__inquiries_of_deals') }}
),

deal_money as (
    select * from {{ ref('int_money__deal_money') }}
),

sale_chains as (
    select * from {{ ref('int_funnel__sale_chains') }}
),

deal_cogs as (
    select * from {{ ref('int_money__deal_cogs') }}
),

customer_deals as (
    select * from {{ ref('int_money__customer_deals') }}
),

crm_payment_dates as (
    select * from {{ ref('int_money__crm_payment_dates') }}
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    deals.source_deal_id,
    deal_milestones.contact_id,
    deals.company_id,
    deals.pipeline_id,
    deals.stage_id,
    deals.responsible_user_id,
    deal_milestones.originator_user_id,
    sale_chains.sale_chain_id,
    sources.campaign_key,
    sources.campaign_id,

    -- strings
    deals.deal_name,
    deals.deal_url,
    stages.pipeline_name,
    stages.stage_name,
    case when stages.is_won then 'won' when stages.is_lost then 'lost' else 'open' end as status,
    coalesce(
        users.user_name,
        {{ in_language('Сотрудник ', 'User ') }} || nullif(deals.responsible_user_id, 0)
        || {{ in_language(' (удалён)', ' (deleted)') }}
    ) as responsible_name,
    -- amoCRM keeps the reason on a deal that was reopened
    case when stages.is_lost then deals.loss_reason end as loss_reason,
    sources.source_raw,
    sources.utm_source,
    sources.utm_medium,
    sources.utm_campaign,
    sources.utm_content,
    sources.utm_term,
    sources.channel,
    sources.placement,
    sources.source_rule,
    sources.join_method,
    inquiry_classes.inquiry_class,
    deal_cogs.cogs_method,

    -- money
    {{ money('deals.price') }} as price,
    {{ money(zero_if_money_is_known('deal_money.paid_amount')) }} as paid_amount,
    {{ money(zero_if_money_is_known('deal_money.refunded_amount')) }} as refunded_amount,
    {{ money('deal_cogs.cogs') }} as cogs,
    coalesce(deals.currency, '{{ var("company_currency") }}') as currency,

    -- booleans
    deals.is_deleted,
    customer_deals.is_repeat as is_repeat_customer,
    sources.is_source_lost,
    sources.is_source_overwritten,

    -- days, in the company's zone
    {{ local_date('deals.created_at') }} as created_on,
    {{ local_date('deal_milestones.closed_at') }} as closed_on,
    deal_money.first_paid_on,
    deal_money.last_paid_on,
    crm_payment_dates.crm_paid_on,

    -- timestamps
    deals.created_at,
    deal_milestones.closed_at,
    deals.updated_at
from deals
inner join stages using (account_id, pipeline_id, stage_id)
inner join deal_milestones using (account_id, deal_id)
inner join sources using (account_id, deal_id)
inner join inquiry_classes using (account_id, deal_id)
inner join sale_chains using (account_id, deal_id)
left join users
    on
        deals.account_id = users.account_id
        and deals.responsible_user_id = users.user_id
left join deal_money
    on
        deals.account_id = deal_money.account_id
        and deals.deal_id = deal_money.deal_id
left join deal_cogs
    on
        deals.account_id = deal_cogs.account_id
        and deals.deal_id = deal_cogs.deal_id
left join customer_deals
    on
        deals.account_id = customer_deals.account_id
        and deals.deal_id = customer_deals.deal_id
left join crm_payment_dates using (account_id, deal_id)
