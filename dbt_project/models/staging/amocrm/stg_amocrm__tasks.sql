with raw_rows as (
    {{ source_or_empty('raw_amocrm', 'tasks') }}
),

renamed as (
    select
        -- ids
        account_id,
        task_id,
        entity_id,
        responsible_user_id,
        task_type_id,
        created_by as created_by_user_id,
        -- strings
        entity_type,
        text as task_text,
        result_text,
        -- numbers
        duration as duration_seconds,
        -- booleans
        is_completed,
        -- timestamps
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        {{ to_utc('complete_till') }} as due_at
    from raw_rows
    qualify row_number() over (
        partition by account_id, task_id order by updated_at desc, _dlt_id asc
    ) = 1
)

select * from renamed
