with events as (
    select * from {{ ref('stg_amocrm__events') }}
    where event_type = 'task_deadline_changed'
),

name_changes as (
    select
        -- ids
        account_id,
        entity_id as task_id,
        event_id,
        created_by_user_id as changed_by_user_id,
        -- booleans
        after_task_due_at > before_task_due_at as is_put_off,
        -- timestamps
        before_task_due_at as due_before,
        after_task_due_at as due_after,
        created_at as changed_at
    from events
)

select * from name_changes
