with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'leads') }}
),

latest_rows as (
    select * from raw_rows
    qualify row_number() over (
        partition by account_id, lead_id order by updated_at desc
    ) = 1
),

unnest_elements as (
    select
        account_id,
        lead_id,
        {{ unnest(json_items('catalog_elements')) }} as element
    from latest_rows
),

name_parts as (
    select
        account_id,
        lead_id,
        cast({{ json_text('element', 'id') }} as bigint) as element_id,
        {{ json_text('element', 'metadata') }} as metadata
    from unnest_elements
),

renamed as (
    select
        account_id,
        lead_id,
        cast({{ json_text('metadata', 'catalog_id') }} as bigint) as catalog_id,
        element_id,
        -- may have a fraction
        max(cast({{ json_text('metadata', 'quantity') }} as decimal(18, 4))) as quantity
    from name_parts
    group by 1, 2, 3, 4
)

select * from renamed
