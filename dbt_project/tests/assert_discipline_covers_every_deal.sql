-- every deal is judged once: the live ones with all of their money, the deleted ones by themselves
with deals as (
    select
        account_id,
        is_deleted,
        count(*) as deals,
        sum(coalesce(paid_amount, 0) + coalesce(refunded_amount, 0)) as money
    from {{ ref('fct_deals') }}
    group by account_id, is_deleted
),

judged as (
    select
        account_id,
        false as is_deleted,
        count(*) as deals,
        sum(net_paid_amount) as money
    from {{ ref('fct_deal_discipline') }}
    group by account_id

    union all

    select
        account_id,
        true as is_deleted,
        count(*) as deals,
        cast(null as decimal(38, 2)) as money
    from {{ ref('fct_deleted_deal_discipline') }}
    group by account_id
)

select
    account_id,
    is_deleted,
    deals.deals,
    judged.deals as judged_deals,
    deals.money,
    judged.money as judged_money
from deals
full outer join judged using (account_id, is_deleted)
where
    deals.deals is distinct from judged.deals
    or (not is_deleted and deals.money is distinct from judged.money)
