with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'leads__contacts') }}
),

leads as (
    select * from {{ ref('stg_amocrm__leads') }}
),

renamed as (
    select
        leads.account_id,
        leads.lead_id,
        raw_rows.contact_id,
        bool_or(coalesce(raw_rows.is_main, false)) as is_main
    from raw_rows
    inner join leads on raw_rows._dlt_parent_id = leads.raw_row_id
    group by leads.account_id, leads.lead_id, raw_rows.contact_id
)

select * from renamed
