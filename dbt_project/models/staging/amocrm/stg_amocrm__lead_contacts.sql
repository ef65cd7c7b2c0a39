with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'leads') }}
),

unnest_contacts as (
    select
        account_id,
        lead_id,
        {{ unnest(json_items('contacts')) }} as contact
    from raw_rows
),

renamed as (
    select
        account_id,
        lead_id,
        cast({{ json_text('contact', 'id') }} as bigint) as contact_id,
        -- flags come as true or false, and have come as 1 or 0
        bool_or(coalesce({{ json_text('contact', 'is_main') }} in ('true', '1'), false)) as is_main
    from unnest_contacts
    group by 1, 2, 3
)

select * from renamed
