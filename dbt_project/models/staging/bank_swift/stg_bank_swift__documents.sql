with raw_rows as (
    {{ source_or_empty('raw_bank_swift', 'documents') }}
),

renamed as (
    select
        -- ids
        document_key as payment_id,
        -- strings
        own_account,
        direction,
        status,
        document_number,
        document_kind,
        currency,
        payer_account,
        payer_inn,
        payer_name,
        payee_account,
        payee_inn,
        payee_name,
        purpose,
        file_name,
        -- numbers
        amount,
        -- booleans
        is_reversal,
        -- dates
        booked_on,
        value_on
    from raw_rows
    qualify row_number() over (
        partition by document_key order by file_name, entry_number, _dlt_id
    ) = 1
)

select * from renamed
