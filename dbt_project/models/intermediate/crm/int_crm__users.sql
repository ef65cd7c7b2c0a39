with amocrm_users as (
    select * from {{ ref('stg_amocrm__users') }}
),

files_users as (
    select * from {{ ref('int_crm__files_users') }}
),

union_sources as (
    select
        account_id,
        user_id,
        user_name
    from amocrm_users

    union all

    select
        account_id,
        user_id,
        user_name
    from files_users
)

select * from union_sources
