with chains as (
    select * from {{ ref('int_funnel__sale_chains') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

departments as (
    select
        account_id,
        deal_id,
        count(*) as departments,
        count(*) filter (where outcome = 'handed_over') as hand_overs
    from {{ ref('fct_department_outcomes') }}
    where pipeline_role <> 'graveyard'
    group by account_id, deal_id
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    chains.sale_chain_id,
    chains.parent_deal_id,
    deals.pipeline_id,
    -- strings
    case
        when chains.parent_deal_id is not null then 'new_deal'
        when departments.departments > 1 then 'moved'
        else 'root'
    end as mechanism,
    deals.status,
    deals.channel,
    parents.channel as parent_channel,
    -- numbers
    chains.link_number,
    coalesce(departments.departments, 0) as departments,
    coalesce(departments.hand_overs, 0) as hand_overs,
    chains.gap_seconds,
    -- money
    deals.price,
    {{ money('deals.paid_amount + deals.refunded_amount') }} as net_paid_amount,
    deals.currency,
    -- booleans
    coalesce(deals.channel = 'unknown' and parents.channel <> 'unknown', false) as is_source_lost,
    -- days, in the company's zone
    deals.created_on,
    deals.closed_on,
    -- timestamps
    deals.created_at,
    deals.closed_at
from deals
inner join chains using (account_id, deal_id)
left join departments using (account_id, deal_id)
left join deals as parents
    on
        chains.account_id = parents.account_id
        and chains.parent_deal_id = parents.deal_id
