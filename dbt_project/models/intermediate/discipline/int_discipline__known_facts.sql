with deals as (
    select * from {{ ref('int_crm__deals') }}
),

tasks as (
    select distinct account_id from {{ ref('int_crm__tasks') }}
),

contacts as (
    select distinct account_id from {{ ref('fct_deal_activities') }}
    where is_contact
),

-- amoCRM lists its users; of files nobody knows who still works there
users as (
    select distinct account_id from {{ ref('int_crm__users') }}
    where is_active
),

-- amoCRM has all of it, so an empty card there is a fact; a file may lack the column
sum_accounts as (
    select
        account_id,
        bool_or(source = 'amocrm') as is_amocrm,
        bool_or(source = 'amocrm' or nullif(trim(deal_name), '') is not null) as knows_names,
        bool_or(source = 'amocrm' or main_contact_id is not null) as knows_contacts,
        bool_or(source = 'amocrm' or coalesce(responsible_user_id, 0) <> 0) as knows_responsibles,
        bool_or(source = 'amocrm' or price is not null) as knows_prices,
        bool_or(source = 'amocrm' or has_loss_reason) as knows_loss_reasons
    from deals
    group by account_id
)

select
    -- ids
    sum_accounts.account_id,
    -- booleans
    sum_accounts.is_amocrm,
    sum_accounts.knows_names,
    sum_accounts.knows_contacts,
    sum_accounts.knows_responsibles,
    sum_accounts.knows_prices,
    sum_accounts.knows_loss_reasons,
    users.account_id is not null as knows_users,
    sum_accounts.is_amocrm or tasks.account_id is not null as knows_tasks,
    sum_accounts.is_amocrm or contacts.account_id is not null as knows_work
from sum_accounts
left join users
    on sum_accounts.account_id = users.account_id
left join tasks
    on sum_accounts.account_id = tasks.account_id
left join contacts
    on sum_accounts.account_id = contacts.account_id
