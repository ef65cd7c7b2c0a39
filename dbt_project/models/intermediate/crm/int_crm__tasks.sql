with amocrm_tasks as (
    select * from {{ ref('stg_amocrm__tasks') }}
    where entity_type = 'leads'
),

files_tasks as (
    select * from {{ ref('stg_files__tasks') }}
),

union_sources as (
    select
        -- ids
        account_id,
        task_id,
        entity_id as deal_id,
        responsible_user_id,
        -- booleans
        is_completed,
        -- timestamps; amoCRM has no time of completion, its last change is the nearest to it
        created_at,
        due_at,
        case when is_completed then updated_at end as completed_at
    from amocrm_tasks

    union all

    select
        account_id,
        task_id,
        deal_id,
        responsible_user_id,
        completed_at is not null as is_completed,
        created_at,
        due_at,
        completed_at
    from files_tasks
)

select * from union_sources
