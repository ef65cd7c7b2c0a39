with amocrm_users as (
    select
        users.account_id,
        users.user_id,
        users.user_name,
        -- who left the account is not listed, who may not sign in is listed as inactive
        coalesce(users.is_active, true) and coalesce(history.is_listed, true) as is_active
    from {{ ref('stg_amocrm__users') }} as users
    left join {{ ref('stg_amocrm__user_history') }} as history
        on
            users.account_id = history.account_id
            and users.user_id = history.user_id
            and history.is_current
),

files_users as (
    select * from {{ ref('int_crm__files_users') }}
),

union_sources as (
    select
        account_id,
        user_id,
        user_name,
        is_active
    from amocrm_users

    union all

    select
        account_id,
        user_id,
        user_name,
        cast(null as boolean) as is_active
    from files_users
)

select * from union_sources
