with leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

accounts as (
    select * from {{ ref('stg_amocrm__accounts') }}
),

loss_reasons as (
    select * from {{ ref('stg_amocrm__loss_reasons') }}
),

files_deals as (
    select * from {{ ref('int_crm__files_deals') }}
),

amocrm_deals as (
    select
        -- ids
        leads.account_id,
        leads.lead_id as deal_id,
        cast(leads.lead_id as string) as source_deal_id,
        leads.main_contact_id,
        leads.company_id,
        leads.pipeline_id,
        leads.status_id as stage_id,
        leads.responsible_user_id,
        leads.created_by_user_id,
        -- strings
        'amocrm' as source,
        leads.lead_name as deal_name,
        accounts.base_url || '/leads/detail/' || leads.lead_id as deal_url,
        leads.source_name,
        coalesce(leads.loss_reason_name, loss_reasons.loss_reason) as loss_reason,
        -- money
        leads.price,
        cast(null as decimal(18, 2)) as cogs,
        accounts.currency,
        -- booleans; a reason that was deleted since is one, its name may be gone
        coalesce(leads.loss_reason_id, 0) <> 0 or leads.loss_reason_name is not null
            as has_loss_reason,
        -- 142 and 143 close a deal in every pipeline
        leads.status_id in (142, 143) as is_closed,
        leads.is_deleted,
        -- timestamps
        leads.created_at,
        leads.updated_at,
        leads.closed_at,
        leads.updated_at as seen_at
    from leads
    left join accounts using (account_id)
    left join loss_reasons
        on
            leads.account_id = loss_reasons.account_id
            and leads.loss_reason_id = loss_reasons.loss_reason_id
),

union_sources as (
    select * from amocrm_deals

    union all

    select
        account_id,
        deal_id,
        source_deal_id,
        main_contact_id,
        company_id,
        pipeline_id,
        stage_id,
        responsible_user_id,
        created_by_user_id,
        source,
        deal_name,
        deal_url,
        source_name,
        loss_reason,
        price,
        cogs,
        currency,
        nullif(trim(loss_reason), '') is not null as has_loss_reason,
        is_closed,
        is_deleted,
        created_at,
        updated_at,
        closed_at,
        seen_at
    from files_deals
)

select * from union_sources
