with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'leads') }}
),

latest_rows as (
    select * from raw_rows
    qualify row_number() over (
        partition by account_id, lead_id order by updated_at desc
    ) = 1
),

unnest_tags as (
    select
        account_id,
        lead_id,
        {{ unnest(json_items('tags')) }} as tag
    from latest_rows
),

renamed as (
    select
        account_id,
        lead_id,
        cast({{ json_text('tag', 'id') }} as bigint) as tag_id,
        max({{ json_text('tag', 'name') }}) as tag_name
    from unnest_tags
    group by 1, 2, 3
)

select * from renamed
