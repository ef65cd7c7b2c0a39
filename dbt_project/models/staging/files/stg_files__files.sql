with raw_rows as (
    {{ source_or_empty('raw_files', 'files') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        feed,
        file_sha256,
        -- strings
        file_name,
        -- numbers
        rows_read,
        rows_quarantined,
        -- timestamps
        {{ to_utc('loaded_at') }} as loaded_at
    from raw_rows
    qualify row_number() over (
        partition by feed, file_sha256 order by loaded_at desc, file_place desc
    ) = 1
)

select * from renamed
