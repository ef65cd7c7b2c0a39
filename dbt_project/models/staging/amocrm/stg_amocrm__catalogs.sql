with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'catalogs') }}
),

renamed as (
    select
        -- ids
        account_id,
        catalog_id,
        -- strings
        name as catalog_name,
        type as catalog_type,
        -- numbers
        sort as catalog_order,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, catalog_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
