with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

known_facts as (
    select * from {{ ref('int_discipline__known_facts') }}
),

tasks as (
    select * from {{ ref('int_crm__tasks') }}
    where not is_completed
),

postponements as (
    select * from {{ ref('fct_task_postponements') }}
    where not is_completed and deal_id is not null
),

sum_tasks as (
    select
        account_id,
        deal_id,
        count(*) as open_tasks,
        max(due_at) as last_due_at
    from tasks
    group by account_id, deal_id
),

sum_postponements as (
    select
        account_id,
        deal_id,
        max(shifts) as task_shifts,
        max(delay_seconds) as task_delay_seconds
    from postponements
    group by account_id, deal_id
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    -- numbers
    coalesce(sum_tasks.open_tasks, 0) as open_tasks,
    sum_postponements.task_shifts,
    {{ integer_divide('sum_postponements.task_delay_seconds', 86400) }} as task_delay_days,
    -- booleans
    deals.is_working and known_facts.knows_tasks and sum_tasks.deal_id is null as is_without_task,
    deals.is_working
    and sum_tasks.deal_id is not null
    and coalesce(sum_tasks.last_due_at < {{ as_of() }}, true) as is_task_overdue,
    deals.is_open
    and coalesce(
        sum_postponements.task_shifts >= {{ var('quality_postponed_shifts') }}
        or sum_postponements.task_delay_seconds > {{ var('quality_postponed_days') }} * 86400,
        false
    ) as is_task_postponed,
    -- timestamps
    sum_tasks.last_due_at as last_task_due_at
from deals
inner join known_facts
    on deals.account_id = known_facts.account_id
left join sum_tasks
    on
        deals.account_id = sum_tasks.account_id
        and deals.deal_id = sum_tasks.deal_id
left join sum_postponements
    on
        deals.account_id = sum_postponements.account_id
        and deals.deal_id = sum_postponements.deal_id
