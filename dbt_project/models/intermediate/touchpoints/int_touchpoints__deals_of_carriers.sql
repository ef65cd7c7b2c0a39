with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

sources as (
    select * from {{ ref('fct_deal_sources') }}
),

-- a deal hangs on the marks of its card, or on those of the contact that told its source
list_deals as (
    select
        account_id,
        'deal' as carrier_kind,
        cast(deal_id as string) as carrier_id,
        deal_id
    from deals

    union all

    select
        sources.account_id,
        sources.evidence_kind as carrier_kind,
        sources.evidence_id as carrier_id,
        sources.deal_id
    from sources
    inner join deals using (account_id, deal_id)
    where sources.evidence_kind = 'contact'
)

select * from list_deals
