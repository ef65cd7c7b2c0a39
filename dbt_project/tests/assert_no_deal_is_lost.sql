-- Every deal ever loaded is in the mart, once: no join on the way may lose or double one.
with raw_leads as (
    {{ source_or_empty('raw_amocrm', 'leads') }}
),

raw_deals as (
    {{ source_or_empty('raw_files', 'deals') }}
),

loaded as (
    select distinct
        account_id,
        cast(lead_id as string) as source_deal_id
    from raw_leads

    union all

    select distinct
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        deal_id as source_deal_id
    from raw_deals
),

deals as (
    select
        account_id,
        source_deal_id,
        count(*) as copies
    from {{ ref('fct_deals') }}
    group by account_id, source_deal_id
),

compare as (
    select
        loaded.source_deal_id as raw_deal_id,
        deals.source_deal_id,
        deals.copies
    from loaded
    full outer join deals
        on
            loaded.account_id = deals.account_id
            and loaded.source_deal_id = deals.source_deal_id
)

select * from compare
where raw_deal_id is null or source_deal_id is null or copies > 1
