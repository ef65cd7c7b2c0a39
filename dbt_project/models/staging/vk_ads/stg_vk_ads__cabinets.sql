with raw_rows as (
    {{ source_or_empty('raw_vk_ads', 'cabinets') }}
),

renamed as (
    select
        cabinet,
        currency,
        costs_include_vat
    from raw_rows
    qualify row_number() over (
        partition by cabinet order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
