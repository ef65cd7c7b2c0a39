with raw_rows as (
    {{ source_or_empty('raw_files', 'stage_events') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        {{ id_of_text('deal_id') }} as deal_id,
        row_key as event_key,
        {{ id_of_name('changed_by') }} as changed_by_user_id,
        file_sha256,
        -- strings
        pipeline as pipeline_name,
        stage as stage_name,
        changed_by as changed_by_name,
        -- numbers
        row_number,
        row_order,
        -- timestamps
        {{ to_utc('entered_at') }} as entered_at
    from raw_rows
    qualify row_number() over (partition by row_key order by row_order desc) = 1
)

select * from renamed
