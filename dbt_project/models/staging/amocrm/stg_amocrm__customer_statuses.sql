with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'customer_statuses') }}
),

renamed as (
    select
        -- ids
        account_id,
        status_id,
        -- strings
        name as status_name,
        -- numbers
        sort as status_order,
        type as status_type,
        -- booleans
        coalesce(is_default, false) as is_default,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, status_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
