with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'catalog_elements') }}
),

listings as (
    select * from {{ ref('stg_amocrm__listings') }}
),

renamed as (
    select
        -- ids
        raw_rows.account_id,
        raw_rows.catalog_id,
        raw_rows.element_id,
        raw_rows.created_by as created_by_user_id,
        -- strings
        raw_rows.name as element_name,
        raw_rows.custom_fields_values,
        -- booleans; what a later reading of the whole catalogue did not have is gone
        raw_rows.is_deleted
        or coalesce({{ to_utc('raw_rows.last_seen_at') }} < listings.listed_at, false)
            as is_deleted,
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
        partition by raw_rows.account_id, raw_rows.catalog_id, raw_rows.element_id
        order by raw_rows.last_seen_at desc, raw_rows._dlt_id asc
    ) = 1
)

select * from renamed
