with accounts as (
    select * from {{ ref('stg_amocrm__accounts') }}
),

-- an aggregate, so that there is a row even for a company without amoCRM
pick_account as (
    select
        coalesce(min(account_id), 0) as account_id,
        coalesce(min_by(base_url, account_id), '') as base_url,
        coalesce(min_by(currency, account_id), '{{ var("company_currency") }}') as currency
    from accounts
)

select * from pick_account
