with raw_rows as (
    {{ source_or_empty('raw_bank_1c', 'documents') }}
),

renamed as (
    select
        -- ids
        document_key as payment_id,
        -- strings
        own_account,
        direction,
        direction_rule,
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
        nullif(regexp_replace(kbk, '^0+$', ''), '') as kbk,
        file_name,
        -- numbers
        amount,
        -- dates
        booked_on
    from raw_rows
    qualify row_number() over (
        partition by document_key order by file_name, line_number, _dlt_id
    ) = 1
)

select * from renamed
