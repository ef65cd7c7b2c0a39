with raw_rows as (
    {{ source_or_empty('raw_files', 'touches') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        row_key as touch_key,
        person_id as source_person_id,
        {{ id_of_text('deal_id') }} as deal_id,
        -- strings
        channel,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        -- money
        value,
        -- booleans
        coalesce(converted, false) as is_converted,
        -- timestamps
        {{ to_utc('touched_at') }} as touched_at
    from raw_rows
    qualify row_number() over (partition by row_key order by row_order desc) = 1
)

select * from renamed
