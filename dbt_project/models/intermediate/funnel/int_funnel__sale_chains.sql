with recursive links as (
    select * from {{ ref('int_funnel__sale_links') }}
),

cards as (
    select * from {{ ref('int_crm__deals') }}
),

walk as (
    select distinct
        links.account_id,
        links.parent_deal_id as deal_id,
        links.parent_deal_id as sale_chain_id
    from links
    left join links as of_parent
        on
            links.account_id = of_parent.account_id
            and links.parent_deal_id = of_parent.deal_id
    where of_parent.deal_id is null

    union all

    select
        links.account_id,
        links.deal_id,
        walk.sale_chain_id
    from walk
    inner join links
        on
            walk.account_id = links.account_id
            and walk.deal_id = links.parent_deal_id
),

-- every deal belongs to a sale, most to one of their own
join_links as (
    select
        cards.account_id,
        cards.deal_id,
        coalesce(walk.sale_chain_id, cards.deal_id) as sale_chain_id,
        links.parent_deal_id,
        links.parent_visit_number,
        links.gap_seconds,
        links.started_at
    from cards
    left join walk using (account_id, deal_id)
    left join links using (account_id, deal_id)
)

select
    account_id,
    deal_id,
    sale_chain_id,
    -- the first deal continues none
    cast(
        row_number() over (
            partition by account_id, sale_chain_id
            order by started_at asc nulls first, deal_id asc
        ) as integer
    ) as link_number,
    parent_deal_id,
    parent_visit_number,
    gap_seconds
from join_links
