with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'invoices') }}
),

listings as (
    select * from {{ ref('stg_amocrm__listings') }}
),

renamed as (
    select
        -- ids
        raw_rows.account_id,
        raw_rows.catalog_id,
        raw_rows.invoice_id,
        raw_rows.created_by as created_by_user_id,
        raw_rows.payer_entity_id,
        -- strings
        raw_rows.name as invoice_name,
        coalesce(raw_rows.status, 'unknown') as payment_status,
        raw_rows.status_text,
        raw_rows.payer_entity_type,
        raw_rows.payer_name,
        raw_rows.payer_vat_id as payer_inn,
        raw_rows.payer_kpp,
        raw_rows.supplier_name,
        raw_rows.supplier_vat_id as supplier_inn,
        raw_rows.vat_type,
        raw_rows.comment,
        raw_rows.items,
        -- numbers
        raw_rows.price as amount,
        -- booleans; what a later reading of the whole catalogue did not have is gone
        coalesce(raw_rows.status in ('paid', 'paid_in_advance'), false) as is_paid,
        raw_rows.is_deleted
        or coalesce({{ to_utc('raw_rows.last_seen_at') }} < listings.listed_at, false)
            as is_deleted,
        -- dates
        {{ local_date(to_utc('raw_rows.payment_date')) }} as paid_on,
        -- timestamps
        {{ to_utc('raw_rows.created_at') }} as created_at,
        {{ to_utc('raw_rows.updated_at') }} as updated_at,
        {{ to_utc('raw_rows.last_seen_at') }} as last_seen_at
    from raw_rows
    left join listings
        on
            raw_rows.account_id = listings.account_id
            and listings.list_name = 'catalog_' || raw_rows.catalog_id
    qualify row_number() over (
        partition by raw_rows.account_id, raw_rows.catalog_id, raw_rows.invoice_id
        order by raw_rows.last_seen_at desc, raw_rows._dlt_id asc
    ) = 1
)

select * from renamed
