with raw_rows as (
    {{ source_or_empty('raw_yandex_direct', 'cabinets') }}
),

renamed as (
    select
        -- ids
        login,
        agency_login,
        -- strings
        nullif(trim(name), '') as cabinet_name
    from raw_rows
    qualify row_number() over (
        partition by login order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
