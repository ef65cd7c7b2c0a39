with raw_rows as (
    {{ source_or_empty('raw_yookassa', 'payments') }}
),

renamed as (
    select
        -- ids
        shop_id,
        payment_id,
        {{ json_text('metadata', var('yookassa_deal_id_key')) }} as external_deal_id,
        -- strings
        status,
        payment_method,
        merchant_customer_id,
        description,
        currency,
        -- numbers
        amount,
        case when income_currency = currency then income_amount end as income_amount,
        refunded_amount,
        -- booleans
        is_test,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('captured_at') }} as captured_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    qualify row_number() over (
        partition by shop_id, payment_id order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
