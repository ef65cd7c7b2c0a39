-- a company that changed its account goes on under the one loaded last; of several loaded
-- together the first of the configuration is the main one; a CRM goes before a company's files
with accounts as (
    select * from {{ ref('int_crm__accounts') }}
    qualify row_number() over (
        order by
            case when source = 'files' then 1 else 0 end,
            last_seen_at desc,
            account_order asc nulls last,
            account_id desc
    ) = 1
),

-- an aggregate, so that there is a row even for a company without a CRM
pick_account as (
    select
        coalesce(min(account_id), 0) as account_id,
        coalesce(min(base_url), '') as base_url,
        coalesce(min(currency), '{{ var("company_currency") }}') as currency
    from accounts
)

select * from pick_account
