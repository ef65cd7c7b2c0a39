-- The items of a month's bridge sum to both of its ends, each counted from the facts themselves:
-- prices of the deals won and customer money of the bank; spend of the cabinets and live deals.
with bridge as (
    select * from {{ ref('rpt_money_bridge') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
    where not is_deleted
),

sum_items as (
    select
        month,
        side,
        currency,
        sum(here_amount) as here_amount,
        sum(there_amount) as there_amount,
        sum(here_count) as here_count,
        sum(there_count) as there_count,
        min(here_total) as here_total,
        min(there_total) as there_total,
        -- the same end stands beside every item
        count(distinct here_total) + count(distinct there_total) as ends
    from bridge
    group by month, side, currency
),

count_deals as (
    select
        'crm_bank' as side,
        {{ month_of('closed_on') }} as month,
        count(*) as deals
    from deals
    where status = 'won' and closed_on is not null
    group by {{ month_of('closed_on') }}

    union all

    select
        'cabinet_crm' as side,
        {{ month_of('created_on') }} as month,
        count(*) as deals
    from deals
    group by {{ month_of('created_on') }}
),

sum_counts as (
    select
        side,
        month,
        sum(case when side = 'crm_bank' then here_count else there_count end) as deals
    from bridge
    group by side, month
),

sides as (
    select distinct side from bridge
),

find_gaps as (
    select
        side || ', ' || currency || ', ' || cast(month as string) as subject,
        here_total as expected_amount,
        here_amount as found_amount
    from sum_items
    where
        here_amount <> here_total
        or there_amount is distinct from there_total
        or ends > 2

    union all

    select
        count_deals.side || ', deals, ' || cast(count_deals.month as string) as subject,
        count_deals.deals as expected_amount,
        coalesce(sum_counts.deals, 0) as found_amount
    from count_deals
    inner join sides on count_deals.side = sides.side
    left join sum_counts
        on count_deals.side = sum_counts.side and count_deals.month = sum_counts.month
    where count_deals.deals <> coalesce(sum_counts.deals, 0)
)

select * from find_gaps
