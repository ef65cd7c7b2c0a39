with raw_rows as (
    {{ source_or_empty('raw_bank_swift', 'files') }}
),

renamed as (
    select
        -- ids
        file_sha256,
        -- strings
        file_name,
        -- numbers
        documents,
        quarantined,
        -- timestamps
        {{ to_utc('loaded_at') }} as loaded_at
    from raw_rows
    qualify row_number() over (partition by file_sha256 order by file_name, _dlt_id) = 1
)

select * from renamed
