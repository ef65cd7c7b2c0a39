{% set placeholders = var('quality_placeholder_prices') %}

with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

price_changes as (
    select * from {{ ref('int_discipline__price_changes') }}
),

-- a sum that one person writes again and again, and nobody else does
count_prices as (
    select
        account_id,
        price,
        count(*) as deals,
        count(distinct coalesce(responsible_user_id, 0)) as responsibles,
        min(coalesce(responsible_user_id, 0)) as responsible_user_id
    from deals
    where is_root and price > 0
    group by account_id, price
),

-- where all deals are one person's, a price list is no habit of theirs
count_sellers as (
    select
        account_id,
        count(distinct coalesce(responsible_user_id, 0)) as responsibles
    from deals
    where is_root and price > 0
    group by account_id
),

repeated_prices as (
    select
        prices.account_id,
        prices.price,
        prices.deals
    from count_prices as prices
    inner join count_sellers as sellers using (account_id)
    where
        prices.deals >= {{ var('quality_placeholder_repeats') }}
        and prices.responsibles = 1
        and prices.responsible_user_id <> 0
        and sellers.responsibles > 1
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    -- numbers
    case when deals.is_root then repeated_prices.deals end as same_price_deals,
    -- money
    price_changes.price_before_win,
    price_changes.price_at_win,
    {{ money('coalesce(price_changes.price_cut_amount, 0)') }} as price_cut_amount,
    -- booleans
    coalesce(
        {% if placeholders -%}
            deals.price in ({{ placeholders | join(', ') }})
            or
        {%- endif %} (deals.is_root and repeated_prices.deals is not null),
        false
    ) as is_placeholder_price,
    coalesce(price_changes.is_price_cut_before_win, false) as is_price_cut_before_win,
    coalesce(price_changes.is_price_changed_after_win, false) as is_price_changed_after_win,
    -- timestamps
    price_changes.price_changed_at
from deals
left join price_changes
    on
        deals.account_id = price_changes.account_id
        and deals.deal_id = price_changes.deal_id
left join repeated_prices
    on
        deals.account_id = repeated_prices.account_id
        and deals.price = repeated_prices.price
