with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'pipelines') }}
),

renamed as (
    select
        -- ids
        account_id,
        pipeline_id,
        -- strings
        name as pipeline_name,
        -- numbers
        sort as pipeline_order,
        -- booleans
        is_main,
        is_archive as is_archived,
        -- timestamps
        {{ to_utc('last_seen_at') }} as last_seen_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, pipeline_id order by last_seen_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
