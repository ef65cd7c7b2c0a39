with amocrm_accounts as (
    select * from {{ ref('stg_amocrm__accounts') }}
),

files as (
    select * from {{ ref('stg_files__files') }}
),

union_sources as (
    select
        account_id,
        'amocrm' as source,
        base_url,
        currency,
        account_order,
        last_seen_at
    from amocrm_accounts

    union all

    -- files name no account: the company's configuration does
    select
        account_id,
        'files' as source,
        cast(null as string) as base_url,
        '{{ var("company_currency") }}' as currency,
        cast(null as bigint) as account_order,
        max(loaded_at) as last_seen_at
    from files
    group by account_id
)

select * from union_sources
