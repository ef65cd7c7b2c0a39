with raw_rows as (
    {{ source_or_empty('raw_tbank', 'operations') }}
),

renamed as (
    select
        -- ids
        account_number as own_account,
        operation_key as payment_id,
        operation_id,
        -- strings
        operation_status,
        direction,
        category,
        document_number,
        -- numeric codes of the kinds of documents, Bank of Russia 762-P
        case vo
            when '01' then 'Платежное поручение'
            when '02' then 'Платежное требование'
            when '06' then 'Инкассовое поручение'
            when '09' then 'Мемориальный ордер'
            when '16' then 'Платежный ордер'
            when '17' then 'Банковский ордер'
            else pay_vo
        end as document_kind,
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
        -- dates and timestamps
        booked_on,
        {{ to_utc('operation_at') }} as operation_at
    from raw_rows
    where not is_empty_day and malformed_reason is null
    qualify row_number() over (
        partition by operation_key, operation_status order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
