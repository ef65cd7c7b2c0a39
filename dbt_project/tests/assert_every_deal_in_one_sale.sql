-- Every live deal is a link of one sale that its first link names, and sales have brought all the
-- money that deals have, once.
with deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

links as (
    select
        account_id,
        deal_id,
        count(*) as links,
        min(sale_chain_id) as sale_chain_id
    from {{ ref('fct_sale_chain_links') }}
    group by account_id, deal_id
),

wrong_links as (
    select
        'deal ' || coalesce(deals.deal_id, links.deal_id) as part,
        deals.sale_chain_id as expected,
        links.sale_chain_id as found
    from deals
    full outer join links
        on
            deals.account_id = links.account_id
            and deals.deal_id = links.deal_id
    where
        deals.deal_id is null
        or links.links is null
        or links.links <> 1
        or deals.sale_chain_id <> links.sale_chain_id
),

wrong_roots as (
    select
        'root of ' || sale_chain_id as part,
        sale_chain_id as expected,
        deal_id as found
    from {{ ref('fct_sale_chain_links') }}
    where (link_number = 1) <> (deal_id = sale_chain_id)
),

totals as (
    select
        'deals' as part,
        (select count(*) from deals) as expected,
        (select coalesce(sum(links), 0) from {{ ref('fct_sale_chains') }}) as found

    union all

    select
        'money' as part,
        (select coalesce(sum(paid_amount + refunded_amount), 0) from deals) as expected,
        (select coalesce(sum(net_paid_amount), 0) from {{ ref('fct_sale_chains') }}) as found

    union all

    select
        'money of the report' as part,
        (select coalesce(sum(paid_amount + refunded_amount), 0) from deals) as expected,
        (select coalesce(sum(net_paid), 0) from {{ ref('rpt_sale_chains') }}) as found

    union all

    select
        'sales of the report' as part,
        (select count(distinct account_id || ':' || sale_chain_id) from deals) as expected,
        (select coalesce(sum(chains), 0) from {{ ref('rpt_sale_chains') }}) as found
),

compare as (
    select * from wrong_links
    union all
    select * from wrong_roots
    union all
    select * from totals
    where expected <> found
)

select * from compare
