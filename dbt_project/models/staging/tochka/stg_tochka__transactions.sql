with raw_rows as (
    {{ source_or_empty('raw_tochka', 'transactions') }}
),

renamed as (
    select
        -- ids
        account_number as own_account,
        transaction_key as payment_id,
        transaction_id,
        -- strings
        status,
        direction,
        document_number,
        transaction_type as document_kind,
        currency,
        payer_account,
        payer_inn,
        payer_name,
        payee_account,
        payee_inn,
        payee_name,
        purpose,
        nullif(regexp_replace(kbk, '^0+$', ''), '') as kbk,
        -- numbers
        amount,
        amount_national,
        -- dates
        booked_on
    from raw_rows
    where not is_empty_day and malformed_reason is null
    qualify row_number() over (
        partition by transaction_key, status order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
