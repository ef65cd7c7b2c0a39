with raw_rows as (
    {{ source_or_empty('raw_files', 'inquiries') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        inquiry_id,
        person_id as source_person_id,
        {{ id_of_text('deal_id') }} as deal_id,
        -- strings
        lower(kind) as kind,
        case when direction in ('in', 'out') then direction end as direction,
        phone,
        email,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        -- timestamps
        {{ to_utc('occurred_at') }} as occurred_at
    from raw_rows
    qualify row_number() over (partition by inquiry_id order by row_order desc) = 1
)

select * from renamed
