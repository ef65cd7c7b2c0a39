-- Every lead ever loaded is a deal, once: no join on the way may lose or double one.
with raw_leads as (
    {{ source_or_empty('raw_amocrm', 'leads') }}
),

loaded as (
    select distinct
        account_id,
        lead_id
    from raw_leads
),

deals as (
    select
        account_id,
        deal_id,
        count(*) as copies
    from {{ ref('fct_deals') }}
    group by account_id, deal_id
),

compare as (
    select
        loaded.lead_id as raw_lead_id,
        deals.deal_id,
        deals.copies
    from loaded
    full outer join deals
        on
            loaded.account_id = deals.account_id
            and loaded.lead_id = deals.deal_id
)

select * from compare
where raw_lead_id is null or deal_id is null or copies > 1
