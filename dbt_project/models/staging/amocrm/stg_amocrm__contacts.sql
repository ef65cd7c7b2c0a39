with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'contacts') }}
),

renamed as (
    select
        -- ids
        account_id,
        contact_id,
        company_id,
        responsible_user_id,
        -- strings
        name as contact_name,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, contact_id order by updated_at desc
    ) = 1
)

select * from renamed
