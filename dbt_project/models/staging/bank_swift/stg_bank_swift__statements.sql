with raw_rows as (
    {{ source_or_empty('raw_bank_swift', 'statements') }}
),

renamed as (
    select
        -- ids
        file_sha256,
        statement_index,
        account,
        -- strings
        file_name,
        currency,
        tie_message,
        -- numbers
        opening_balance,
        sum_in,
        sum_out,
        closing_balance,
        -- booleans
        totals_tie,
        -- dates
        date_from as starts_on,
        date_to as ends_on
    from raw_rows
    qualify row_number() over (
        partition by file_sha256, statement_index order by file_name, _dlt_id
    ) = 1
)

select * from renamed
