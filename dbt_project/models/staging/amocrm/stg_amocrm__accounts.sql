with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'accounts') }}
),

renamed as (
    select
        -- ids
        account_id,
        -- strings
        name as account_name,
        rtrim(base_url, '/') as base_url,
        currency,
        timezone,
        -- numbers: the first of the configuration is the main one
        account_order,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
