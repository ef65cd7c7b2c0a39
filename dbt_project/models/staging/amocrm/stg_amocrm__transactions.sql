with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'transactions') }}
),

renamed as (
    select
        -- ids
        account_id,
        transaction_id,
        customer_id,
        created_by as created_by_user_id,
        -- strings
        nullif(trim(comment), '') as comment,
        -- numbers
        price as amount,
        -- booleans
        is_deleted,
        -- timestamps
        {{ to_utc('completed_at') }} as completed_at,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, transaction_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
