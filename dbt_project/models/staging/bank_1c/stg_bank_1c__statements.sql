with raw_rows as (
    {{ source_or_empty('raw_bank_1c', 'statements') }}
),

renamed as (
    select
        -- ids
        file_sha256,
        block_index,
        account,
        -- strings
        file_name,
        tie_message,
        -- numbers
        opening_balance,
        total_in,
        total_out,
        closing_balance,
        sum_in,
        sum_out,
        -- booleans
        totals_tie,
        -- dates
        date_from as starts_on,
        date_to as ends_on
    from raw_rows
    qualify row_number() over (
        partition by file_sha256, block_index order by file_name, _dlt_id
    ) = 1
)

select * from renamed
