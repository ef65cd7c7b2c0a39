with chains as (
    select * from {{ ref('fct_sale_chains') }}
),

count_chains as (
    select
        account_id,
        {{ month_of('created_on') }} as month,
        channel,
        currency,
        count(*) as chains,
        cast(sum(links) as bigint) as deals,
        count(*) filter (where is_handed_over) as handed_over,
        count(*) filter (where is_won) as won,
        count(*) filter (where outcome = 'lost') as lost,
        count(*) filter (where outcome = 'open') as open,
        count(*) filter (where is_source_lost) as source_lost,
        coalesce(sum(price) filter (where is_won), 0) as won_price,
        {{ zero_if_money_is_known('sum(net_paid_amount)') }} as net_paid
    from chains
    group by all
)

select
    account_id,
    month,
    channel,
    chains,
    deals,
    handed_over,
    won,
    lost,
    open,
    source_lost,
    cast(won as double) / chains as end_to_end_conversion,
    cast(handed_over as double) / chains as handed_over_share,
    {{ money('won_price') }} as won_price,
    {{ money('net_paid') }} as net_paid,
    currency
from count_chains
