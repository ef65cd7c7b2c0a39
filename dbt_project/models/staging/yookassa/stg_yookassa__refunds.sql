with raw_rows as (
    {{ source_or_empty('raw_yookassa', 'refunds') }}
),

renamed as (
    select
        -- ids
        shop_id,
        refund_id,
        payment_id,
        -- strings
        status,
        description,
        currency,
        -- numbers
        amount,
        -- timestamps
        {{ to_utc('created_at') }} as created_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    qualify row_number() over (
        partition by shop_id, refund_id order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
