with amocrm_contacts as (
    select * from {{ ref('stg_amocrm__contacts') }}
),

files_deals as (
    select * from {{ ref('stg_files__deals') }}
    where contact_id is not null
),

union_sources as (
    select
        account_id,
        contact_id,
        cast(contact_id as string) as source_contact_id,
        company_id,
        contact_name,
        created_at
    from amocrm_contacts

    union all

    -- a contact of files is what its deals say of it; the newest says it last
    select
        account_id,
        contact_id,
        max_by(source_contact_id, created_at) as source_contact_id,
        max_by(company_id, created_at) as company_id,
        cast(null as string) as contact_name,
        min(created_at) as created_at
    from files_deals
    group by account_id, contact_id
)

select * from union_sources
