with won_deals as (
    select * from {{ ref('int_discipline__deals') }}
    where is_won
),

price_changes as (
    select
        account_id,
        entity_id as deal_id,
        event_id,
        before_price,
        after_price,
        created_at as changed_at
    from {{ ref('stg_amocrm__events') }}
    where event_type = 'sale_field_changed' and entity_type = 'lead'
),

place_changes as (
    select
        changes.*,
        deals.closed_at,
        changes.changed_at <= deals.closed_at as is_before_win,
        changes.changed_at
        <= deals.closed_at - interval '{{ var("quality_price_cut_days") }}' day as is_before_window
    from price_changes as changes
    inner join won_deals as deals using (account_id, deal_id)
),

-- the price in force is what the latest change wrote; before the first one, what that found
sum_changes as (
    select
        account_id,
        deal_id,
        closed_at,
        bool_or(before_price is null or after_price is null) as has_unknown_change,
        min_by(before_price, (changed_at, event_id)) as first_price,
        max_by(after_price, (changed_at, event_id)) filter (where is_before_window)
            as window_price,
        max(after_price) filter (where is_before_win and not is_before_window)
            as highest_new_price,
        max_by(after_price, (changed_at, event_id)) filter (where is_before_win) as last_price,
        max(changed_at) filter (where not is_before_win) as price_changed_at
    from place_changes
    group by account_id, deal_id, closed_at
),

compare_prices as (
    select
        account_id,
        deal_id,
        closed_at,
        greatest(
            coalesce(window_price, first_price),
            coalesce(highest_new_price, window_price, first_price)
        ) as price_before_win,
        coalesce(last_price, first_price) as price_at_win,
        has_unknown_change,
        price_changed_at
    from sum_changes
),

judge_changes as (
    select
        *,
        coalesce(
            not has_unknown_change
            and closed_at > {{ recent_from() }}
            and price_at_win > 0
            and price_at_win * 100
            <= price_before_win * (100 - {{ var('quality_price_cut_percent') }}),
            false
        ) as is_price_cut_before_win
    from compare_prices
)

select
    -- ids
    account_id,
    deal_id,
    -- money
    {{ money('price_before_win') }} as price_before_win,
    {{ money('price_at_win') }} as price_at_win,
    {{ money('case when is_price_cut_before_win then price_before_win - price_at_win else 0 end') }}
        as price_cut_amount,
    -- booleans
    is_price_cut_before_win,
    coalesce(price_changed_at > {{ recent_from() }}, false) as is_price_changed_after_win,
    -- timestamps
    price_changed_at
from judge_changes
