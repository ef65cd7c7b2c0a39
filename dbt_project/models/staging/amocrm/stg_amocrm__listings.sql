with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'listings') }}
),

renamed as (
    select
        -- ids
        account_id,
        -- strings
        list_name,
        -- numbers
        items as listed_items,
        -- timestamps
        {{ to_utc('listed_at') }} as listed_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, list_name order by listed_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
