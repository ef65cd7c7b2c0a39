with shifts as (
    select
        *,
        'event:' || event_id as activity_id,
        {{ seconds_between('due_before', 'due_after') }} as delay_seconds
    from {{ ref('stg_amocrm__task_deadlines') }}
    where is_put_off
),

-- a task of a contact is of the deal that was open when it was put off
activities as (
    select * from {{ ref('fct_deal_activities') }}
    where kind = 'deadline_change'
),

deals as (
    select * from {{ ref('int_crm__deals') }}
),

tasks as (
    select * from {{ ref('stg_amocrm__tasks') }}
),

sum_shifts as (
    select
        shifts.account_id,
        shifts.task_id,
        activities.deal_id,
        count(*) as shifts,
        cast(sum(shifts.delay_seconds) as bigint) as delay_seconds,
        count(distinct shifts.changed_by_user_id) as authors,
        max_by(shifts.changed_by_user_id, (shifts.changed_at, shifts.due_after))
            as last_author_user_id,
        min_by(shifts.due_before, (shifts.changed_at, shifts.due_before)) as first_due_at,
        max_by(shifts.due_after, (shifts.changed_at, shifts.due_after)) as last_due_at,
        min(shifts.changed_at) as first_shifted_at,
        max(shifts.changed_at) as last_shifted_at
    from shifts
    inner join activities using (account_id, activity_id)
    group by shifts.account_id, shifts.task_id, activities.deal_id
)

select
    -- ids
    sum_shifts.account_id,
    sum_shifts.task_id,
    sum_shifts.deal_id,
    tasks.responsible_user_id,
    sum_shifts.last_author_user_id,
    -- strings
    deals.deal_url,
    -- numbers
    sum_shifts.shifts,
    sum_shifts.delay_seconds,
    sum_shifts.authors,
    -- money
    {{ money('deals.price') }} as price,
    coalesce(deals.currency, '{{ var("company_currency") }}') as currency,
    -- booleans
    coalesce(tasks.is_completed, false) as is_completed,
    coalesce(deals.is_deleted, false) as is_deleted,
    -- timestamps
    sum_shifts.first_due_at,
    sum_shifts.last_due_at,
    sum_shifts.first_shifted_at,
    sum_shifts.last_shifted_at
from sum_shifts
left join tasks using (account_id, task_id)
left join deals
    on
        sum_shifts.account_id = deals.account_id
        and sum_shifts.deal_id = deals.deal_id
