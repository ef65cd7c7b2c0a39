with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'users') }}
),

renamed as (
    select
        -- ids
        account_id,
        user_id,
        -- strings
        nullif(trim(name), '') as user_name,
        email,
        -- booleans
        is_admin,
        is_active,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, user_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
