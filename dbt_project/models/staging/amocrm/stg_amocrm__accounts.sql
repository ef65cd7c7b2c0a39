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
        timezone
    from raw_rows
    qualify row_number() over (partition by account_id order by last_seen_at desc) = 1
)

select * from renamed
