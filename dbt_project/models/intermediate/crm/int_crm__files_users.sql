with deals as (
    select * from {{ ref('stg_files__deals') }}
),

stage_events as (
    select * from {{ ref('stg_files__stage_events') }}
),

tasks as (
    select * from {{ ref('stg_files__tasks') }}
),

collect_names as (
    select
        account_id,
        responsible_user_id as user_id,
        responsible_name as user_name
    from deals

    union all

    select
        account_id,
        changed_by_user_id as user_id,
        changed_by_name as user_name
    from stage_events

    union all

    select
        account_id,
        responsible_user_id as user_id,
        responsible_name as user_name
    from tasks
),

-- of several spellings of a name the same one always wins
pick_spelling as (
    select
        account_id,
        user_id,
        min(user_name) as user_name
    from collect_names
    where user_id is not null
    group by account_id, user_id
)

select * from pick_spelling
