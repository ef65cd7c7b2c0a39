-- a company that changed its account goes on under the one that was loaded last
with accounts as (
    select * from {{ ref('stg_amocrm__accounts') }}
    qualify row_number() over (order by last_seen_at desc, account_id desc) = 1
),

-- an aggregate, so that there is a row even for a company without amoCRM
pick_account as (
    select
        coalesce(min(account_id), 0) as account_id,
        coalesce(min(base_url), '') as base_url,
        coalesce(min(currency), '{{ var("company_currency") }}') as currency
    from accounts
)

select * from pick_account
