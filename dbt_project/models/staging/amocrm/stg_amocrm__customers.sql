with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'customers') }}
),

renamed as (
    select
        -- ids
        account_id,
        customer_id,
        responsible_user_id,
        status_id,
        main_contact_id,
        created_by as created_by_user_id,
        -- strings
        name as customer_name,
        contact_ids,
        tags,
        segments,
        custom_fields_values,
        -- numbers
        next_price,
        ltv,
        average_check,
        purchases_count,
        periodicity as periodicity_days,
        -- booleans
        is_deleted,
        -- timestamps
        {{ to_utc('next_date') }} as next_purchase_at,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, customer_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
