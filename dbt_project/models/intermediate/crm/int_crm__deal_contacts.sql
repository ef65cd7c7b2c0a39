with lead_contacts as (
    select * from {{ ref('stg_amocrm__lead_contacts') }}
),

files_deals as (
    select * from {{ ref('stg_files__deals') }}
    where contact_id is not null
),

union_sources as (
    select
        account_id,
        lead_id as deal_id,
        contact_id,
        is_main
    from lead_contacts

    union all

    select
        account_id,
        deal_id,
        contact_id,
        true as is_main
    from files_deals
)

select * from union_sources
