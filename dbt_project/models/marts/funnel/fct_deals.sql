with deals as (
    select * from {{ ref('stg_amocrm__leads') }}
),

accounts as (
    select * from {{ ref('stg_amocrm__accounts') }}
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
    select * from {{ ref('stg_amocrm__users') }}
),

loss_reasons as (
    select * from {{ ref('stg_amocrm__loss_reasons') }}
),

deal_money as (
    select * from {{ ref('int_money__deal_money') }}
),

crm_payment_dates as (
    select * from {{ ref('int_money__crm_payment_dates') }}
)

select
    -- ids
    deals.account_id,
    deals.lead_id as deal_id,
    deal_milestones.contact_id,
    deals.company_id,
    deals.pipeline_id,
    deals.status_id as stage_id,
    deals.responsible_user_id,
    deal_milestones.originator_user_id,

    -- strings
    deals.lead_name as deal_name,
    accounts.base_url || '/leads/detail/' || deals.lead_id as deal_url,
    stages.pipeline_name,
    stages.stage_name,
    case when stages.is_won then 'won' when stages.is_lost then 'lost' else 'open' end as status,
    coalesce(
        users.user_name,
        {{ in_language('Сотрудник ', 'User ') }} || nullif(deals.responsible_user_id, 0)
        || {{ in_language(' (удалён)', ' (deleted)') }}
    ) as responsible_name,
    -- amoCRM keeps the reason on a deal that was reopened
    case
        when stages.is_lost then coalesce(deals.loss_reason_name, loss_reasons.loss_reason)
    end as loss_reason,
    sources.source_raw,
    sources.utm_source,
    sources.utm_medium,
    sources.utm_campaign,
    sources.utm_content,
    sources.utm_term,
    sources.channel,
    sources.placement,
    sources.source_rule,

    -- money
    {{ money('deals.price') }} as price,
    {{ money(zero_if_enabled('deal_money.paid_amount', 'raw_bank_1c')) }} as paid_amount,
    {{ money(zero_if_enabled('deal_money.refunded_amount', 'raw_bank_1c')) }} as refunded_amount,
    coalesce(accounts.currency, '{{ var("company_currency") }}') as currency,

    -- booleans
    deals.is_deleted,

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
inner join stages using (account_id, pipeline_id, status_id)
inner join deal_milestones using (account_id, lead_id)
inner join sources using (account_id, lead_id)
left join accounts using (account_id)
left join users
    on
        deals.account_id = users.account_id
        and deals.responsible_user_id = users.user_id
left join loss_reasons
    on
        deals.account_id = loss_reasons.account_id
        and deals.loss_reason_id = loss_reasons.loss_reason_id
left join deal_money
    on
        deals.account_id = deal_money.account_id
        and deals.lead_id = deal_money.deal_id
left join crm_payment_dates using (account_id, lead_id)
