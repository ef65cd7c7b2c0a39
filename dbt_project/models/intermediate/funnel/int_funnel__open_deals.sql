with visits as (
    select * from {{ ref('int_funnel__described_visits') }}
    where is_open and not is_deleted
),

stage_standards as (
    select * from {{ ref('int_funnel__stage_standards') }}
),

pipeline_standards as (
    select * from {{ ref('int_funnel__pipeline_standards') }}
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

tasks as (
    select * from {{ ref('int_crm__tasks') }}
    where not is_completed
),

-- a task that somebody else has on the deal: a supervisor who is to look at it
sum_tasks as (
    select
        tasks.account_id,
        tasks.deal_id,
        count(*) as open_tasks,
        count(*) filter (where tasks.due_at > {{ as_of() }}) as future_tasks,
        count(*) filter (where tasks.responsible_user_id <> deals.responsible_user_id)
            as tasks_of_others,
        min(case when tasks.due_at > {{ as_of() }} then tasks.due_at end) as next_due_at
    from tasks
    inner join deals using (account_id, deal_id)
    group by tasks.account_id, tasks.deal_id
)

select
    -- ids
    visits.account_id,
    visits.deal_id,
    visits.visit_number,
    visits.pipeline_id,
    visits.stage_id,
    deals.responsible_user_id,
    -- strings
    deals.deal_name,
    deals.deal_url,
    visits.pipeline_name,
    visits.stage_name,
    stage_standards.kind,
    stage_standards.clock,
    -- numbers
    stage_standards.limit_seconds,
    visits.stage_order,
    visits.dwell_seconds,
    -- money
    deals.price,
    coalesce(deals.currency, '{{ var("company_currency") }}') as currency,
    -- booleans
    visits.is_unbroken,
    coalesce(sum_tasks.open_tasks, 0) > 0 as has_open_task,
    coalesce(sum_tasks.future_tasks, 0) > 0 as has_future_task,
    coalesce(sum_tasks.tasks_of_others, 0) > 0 as has_supervisor_task,
    -- timestamps
    sum_tasks.next_due_at,
    visits.entered_at
from visits
inner join stage_standards using (account_id, pipeline_id, stage_id)
inner join pipeline_standards using (account_id, pipeline_id)
inner join deals using (account_id, deal_id)
left join sum_tasks using (account_id, deal_id)
-- deals that were put aside count as lost where they came from
where
    pipeline_standards.role <> 'graveyard'
    and coalesce(stage_standards.role, '') <> 'lost'
