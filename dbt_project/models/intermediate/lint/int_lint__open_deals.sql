with deals as (
    select * from {{ ref('int_crm__deals') }}
    where not is_deleted
),

stages as (
    select * from {{ ref('int_funnel__stages') }}
    where not is_won and not is_lost
),

tasks as (
    select * from {{ ref('int_crm__tasks') }}
),

open_tasks as (
    select distinct
        account_id,
        deal_id
    from tasks
    where not is_completed
),

-- a company of files that brings no tasks may well have some
accounts_with_tasks as (
    select distinct account_id from tasks

    union

    select distinct account_id from deals
    where account_id <> {{ var('files_account_id') }}
),

tags as (
    select distinct
        account_id,
        lead_id as deal_id
    from {{ ref('stg_amocrm__lead_tags') }}
),

rates as (
    select * from {{ ref('int_money__currency_rates') }}
    where rate_on = {{ local_date(as_of()) }}
),

open_deals as (
    select
        deals.account_id,
        deals.pipeline_id,
        deals.stage_id,
        accounts_with_tasks.account_id is not null
        and open_tasks.deal_id is null
        and tags.deal_id is null as is_untracked,
        -- nought is how amoCRM writes that nobody has said
        case
            when
                deals.price > 0
                and {{ company_currency('deals.currency') }} = '{{ var("company_currency") }}'
                then {{ to_company_currency('deals.price', 'deals.currency') }}
        end as price
    from deals
    inner join stages using (account_id, pipeline_id, stage_id)
    left join accounts_with_tasks using (account_id)
    left join open_tasks using (account_id, deal_id)
    left join tags using (account_id, deal_id)
    left join rates on deals.currency = rates.currency
)

select
    -- ids
    account_id,
    pipeline_id,
    stage_id,
    -- money
    {{ money('coalesce(sum(price), 0)') }} as price,
    {{ money('coalesce(sum(case when is_untracked then price end), 0)') }} as untracked_price,
    -- numbers
    count(*) as deals,
    count(*) - count(price) as unpriced_deals,
    count(case when is_untracked then 1 end) as untracked_deals,
    count(case when is_untracked and price is null then 1 end) as untracked_unpriced_deals
from open_deals
group by account_id, pipeline_id, stage_id
