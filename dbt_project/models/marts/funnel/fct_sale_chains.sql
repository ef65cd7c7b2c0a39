with links as (
    select
        *,
        link_number = max(link_number) over (partition by account_id, sale_chain_id) as is_last
    from {{ ref('fct_sale_chain_links') }}
),

-- what was sold is what the last link says: earlier links name the same price once more. Money was
-- paid once, whichever of them it came to
sum_links as (
    select
        account_id,
        sale_chain_id,
        max(case when is_last then deal_id end) as last_deal_id,
        max(case when is_last then pipeline_id end) as last_pipeline_id,
        max(case when is_last then status end) as outcome,
        max(case when link_number = 1 then channel end) as channel,
        count(*) as links,
        sum(departments) as departments,
        sum(hand_overs) as hand_overs,
        max(case when is_last then price end) as price,
        {{ money('sum(net_paid_amount)') }} as net_paid_amount,
        max(case when is_last then currency end) as currency,
        bool_or(is_source_lost) as is_source_lost,
        min(created_on) as created_on,
        min(created_at) as created_at,
        max(case when is_last then closed_on end) as closed_on,
        max(case when is_last then closed_at end) as closed_at
    from links
    group by account_id, sale_chain_id
)

select
    -- ids
    account_id,
    sale_chain_id,
    last_deal_id,
    last_pipeline_id,
    -- strings
    outcome,
    channel,
    -- numbers
    links,
    cast(departments as bigint) as departments,
    cast(hand_overs as bigint) as hand_overs,
    -- money
    price,
    net_paid_amount,
    currency,
    -- booleans
    hand_overs > 0 as is_handed_over,
    outcome = 'won' as is_won,
    is_source_lost,
    -- days, in the company's zone
    created_on,
    closed_on,
    case when outcome = 'won' then closed_on end as won_on,
    -- timestamps
    created_at,
    closed_at,
    case when outcome = 'won' then closed_at end as won_at
from sum_links
