with raw_rows as (
    {{ source_or_empty('raw_files', 'payments') }}
),

renamed as (
    select
        -- ids
        payment_id,
        deal_id as source_deal_id,
        -- strings
        upper(coalesce(currency, '{{ var("company_currency") }}')) as currency,
        payer_name,
        payer_inn,
        purpose,
        file_name,
        -- money
        amount,
        -- days
        paid_on
    from raw_rows
    qualify row_number() over (partition by payment_id order by row_order desc) = 1
)

select * from renamed
