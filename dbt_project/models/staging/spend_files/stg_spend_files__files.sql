with raw_rows as (
    {{ source_or_empty('raw_spend_files', 'files') }}
),

renamed as (
    select
        -- ids
        file_sha256,
        -- strings
        file_name,
        cabinet,
        -- numbers
        rows as row_count,
        rows_quarantined,
        cost,
        cost_quarantined,
        cost_stated,
        -- when it was taken: of two files the later one counts
        load_number,
        {{ to_utc('modified_at') }} as modified_at,
        row_number() over (order by load_number, modified_at, file_name, file_sha256) as file_order
    from raw_rows
)

select * from renamed
