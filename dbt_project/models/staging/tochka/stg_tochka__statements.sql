with raw_rows as (
    {{ source_or_empty('raw_tochka', 'statements') }}
),

renamed as (
    select
        -- ids
        account_number as own_account,
        statement_id,
        -- strings
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
        partition by account_number, date_from order by requested_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
