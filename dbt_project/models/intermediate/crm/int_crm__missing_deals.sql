with missing_leads as (
    select
        *,
        lead_id as deal_id
    from {{ ref('stg_amocrm__missing_leads') }}
    where found_again_at is null
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

absorptions as (
    select * from {{ ref('int_crm__deal_events') }}
    where kind = 'merged'
),

-- a merge names the deal that stayed, and deals of one contact are what is merged
find_survivors as (
    select
        missing_leads.account_id,
        missing_leads.deal_id,
        min(survivors.deal_id) as survivor_deal_id,
        count(distinct survivors.deal_id) as survivors
    from missing_leads
    inner join deals
        on
            missing_leads.account_id = deals.account_id
            and missing_leads.deal_id = deals.deal_id
    inner join deals as survivors
        on
            deals.account_id = survivors.account_id
            and deals.main_contact_id = survivors.main_contact_id
            and deals.deal_id <> survivors.deal_id
    inner join absorptions
        on
            survivors.account_id = absorptions.account_id
            and survivors.deal_id = absorptions.deal_id
    where
        absorptions.created_at >= missing_leads.last_seen_at - interval '1' hour
        and absorptions.created_at <= missing_leads.missed_at
    group by missing_leads.account_id, missing_leads.deal_id
)

select
    -- ids
    account_id,
    deal_id,
    -- of two that could be it, neither is
    case when find_survivors.survivors = 1 then find_survivors.survivor_deal_id end
        as survivor_deal_id,
    -- strings
    missing_leads.reason,
    -- timestamps
    missing_leads.last_seen_at,
    missing_leads.missed_at,
    missing_leads.merged_at
from missing_leads
left join find_survivors using (account_id, deal_id)
