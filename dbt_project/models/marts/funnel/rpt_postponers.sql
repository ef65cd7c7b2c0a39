with tasks as (
    select
        *,
        case when entity_type = 'leads' then entity_id end as deal_id
    from {{ ref('stg_amocrm__tasks') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

postponements as (
    select * from {{ ref('fct_task_postponements') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

-- tasks of deals that were deleted or never loaded tell nothing of how somebody works now
live_tasks as (
    select tasks.*
    from tasks
    left join deals
        on
            tasks.account_id = deals.account_id
            and tasks.deal_id = deals.deal_id
    where tasks.deal_id is null or not deals.is_deleted
),

sum_by_task as (
    select
        account_id,
        task_id,
        sum(shifts) as shifts,
        sum(delay_seconds) as delay_seconds
    from postponements
    group by account_id, task_id
),

sum_by_manager as (
    select
        live_tasks.account_id,
        live_tasks.responsible_user_id,
        count(*) as tasks,
        count(sum_by_task.task_id) as postponed_tasks,
        cast(coalesce(sum(sum_by_task.shifts), 0) as bigint) as shifts,
        cast(coalesce(max(sum_by_task.shifts), 0) as bigint) as most_shifts,
        cast(coalesce(sum(sum_by_task.delay_seconds), 0) as bigint) as delay_seconds,
        count(sum_by_task.task_id) filter (where not live_tasks.is_completed)
            as open_postponed_tasks
    from live_tasks
    left join sum_by_task using (account_id, task_id)
    group by live_tasks.account_id, live_tasks.responsible_user_id
)

select
    -- ids
    sum_by_manager.account_id,
    sum_by_manager.responsible_user_id,
    -- strings
    {{ user_label('users.user_name', 'sum_by_manager.responsible_user_id') }} as responsible_name,
    -- numbers
    sum_by_manager.tasks,
    sum_by_manager.postponed_tasks,
    cast(sum_by_manager.postponed_tasks as double) / sum_by_manager.tasks as postponed_share,
    sum_by_manager.shifts,
    sum_by_manager.most_shifts,
    sum_by_manager.delay_seconds,
    cast(sum_by_manager.delay_seconds as double)
    / nullif(sum_by_manager.postponed_tasks, 0) / 86400 as mean_delay_days,
    sum_by_manager.open_postponed_tasks
from sum_by_manager
left join users
    on
        sum_by_manager.account_id = users.account_id
        and sum_by_manager.responsible_user_id = users.user_id
