with raw_rows as (
    {{ source_or_empty('raw_files', 'tasks') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        {{ id_of_text('task_id') }} as task_id,
        task_id as source_task_id,
        {{ id_of_text('deal_id') }} as deal_id,
        {{ id_of_name('responsible') }} as responsible_user_id,
        -- strings
        responsible as responsible_name,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('due_at') }} as due_at,
        {{ to_utc('completed_at') }} as completed_at
    from raw_rows
    qualify row_number() over (partition by task_id order by row_order desc) = 1
)

select * from renamed
